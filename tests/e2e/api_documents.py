"""The documents that describe an ordo server, and checks whether the server behaves as they say."""

import copy
import functools
import http.client
import json
import re

import validators

validators.import_python()

import jsonschema  # noqa: E402
import referencing  # noqa: E402
import referencing.jsonschema  # noqa: E402

from harness import Answer  # noqa: E402


def pointer(*parts: str) -> str:
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def closed(node):
    """The same document, but objects may only have the members that their schema names."""
    if isinstance(node, list):
        return [closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    node = {name: closed(part) for name, part in node.items()}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict) and "ce_type" not in node["properties"]:
        node.setdefault("additionalProperties", False)
    return node


class Document:
    """An OpenAPI or AsyncAPI document."""

    def __init__(self, text: bytes):
        self.json = json.loads(text)
        contents = {"": copy.deepcopy(self.json), "closed": closed(self.json)}
        dialect = referencing.jsonschema.DRAFT202012
        self._registry = referencing.Registry().with_resources(
            (f"urn:document:{name}", dialect.create_resource(content)) for name, content in contents.items())

    @functools.lru_cache(maxsize=None)
    def _validator(self, where: str, name: str):
        return jsonschema.Draft202012Validator({"$ref": f"urn:document:{name}{where}"}, registry=self._registry,
                                               format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)

    def problems(self, instance, *path: str, is_closed: bool = True) -> list[str]:
        """The errors of `instance` according to the schema at `path`."""
        errors = self._validator(pointer(*path), "closed" if is_closed else "").iter_errors(instance)
        return [f"{error.json_path}: {error.message[:300]}" for error in errors]

    def schemas(self):
        """(path, schema) of each named schema."""
        for name, schema in self.json["components"]["schemas"].items():
            yield ("components", "schemas", name), schema


class OpenApi(Document):
    """Finds the operation for a request, and its documented answers."""

    def __init__(self, text: bytes):
        super().__init__(text)
        self._templates = sorted(self.json["paths"], key=lambda template: template.count("{"))

    def operations(self):
        """(method, template, operation)"""
        for template, item in self.json["paths"].items():
            for method, operation in item.items():
                yield method.upper(), template, operation

    def template_of(self, target: str) -> str:
        path = target.split("?")[0]
        for template in self._templates:
            if re.fullmatch(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template)), path):
                return template
        raise AssertionError(f"{path} is not documented")

    def wrong_with(self, method: str, target: str, answer: Answer) -> list[str]:
        """How the answer differs from the documentation."""
        template = self.template_of(target)
        responses = self.json["paths"][template][method.lower()]["responses"]
        status = str(answer.status) if str(answer.status) in responses else "default"
        path = ["paths", template, method.lower(), "responses", status]
        response = responses[status]
        if "$ref" in response:
            path = response["$ref"].removeprefix("#/").split("/")
            response = self.json[path[0]][path[1]][path[2]]
        if status == "default" and answer.status < 400:
            return [f"{answer.status} is not documented"]
        missing = [f"no header {name}" for name in response.get("headers", {}) if name != "Link" and name not in answer.headers]
        content = response.get("content", {})
        if not content:
            return missing + (["a body that is not documented"] if answer.body else [])
        kind = answer.headers.get_content_type()
        if kind not in content:
            return [*missing, f"{kind} is not documented, {', '.join(content)} is"]
        body = answer.json if kind.endswith("json") else answer.body.decode()
        return missing + self.problems(body, *path, "content", kind, "schema")


class Checked:
    """Calls an ordo server through `http`. Compares each request and each answer with the document."""

    def __init__(self, http_client, document: OpenApi):
        self.http, self.document, self.used = http_client, document, set()

    def __call__(self, method: str, target: str, body=None, status: int | None = None, **headers) -> Answer:
        answer = self.http(method, target, body, **headers)
        template = self.document.template_of(target)
        wrong = self.document.wrong_with(method, target, answer)
        if body is not None and answer.status < 300:  # Accepted requests must match the documentation.
            wrong += self.document.problems(body, "paths", template, method.lower(), "requestBody", "content",
                                            "application/json", "schema", is_closed=False)
        assert not wrong, f"{method} {target}: {wrong}\n{answer}"
        assert status is None or answer.status == status, f"{method} {target}: {answer}"
        self.used.add((method, template))
        return answer


def probe(host: str, port: int, method: str, target: str, body=None) -> Answer:
    """One request on its own connection. For an event stream, which has no end, it only reads the head."""
    connection = http.client.HTTPConnection(host, port, timeout=40)
    try:
        fields = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, target, None if body is None else json.dumps(body), fields)
        response = connection.getresponse()
        stream = response.headers.get_content_type() == "text/event-stream"
        return Answer(response.status, response.headers, b"" if stream else response.read())
    finally:
        connection.close()
