"""Bytes of connections that HTTP servers are known to read differently, and seeded mutations of them."""

import random
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus" / "http_framing"


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("latin-1")


# This request appears if a server reads the bytes after a body, or in it, as another request.
INSIDE = "GET /m/inside HTTP/1.1\nHost: s\n\n"
AFTER = "GET /m/after HTTP/1.1\nHost: s\n\n"


def _posts(fields: str, body: str, version: str = "1.1") -> bytes:
    return crlf(f"POST /m/post HTTP/{version}\nHost: s\n{fields}\n\n{body}{AFTER}")


def by_hand() -> dict[str, bytes]:
    """name -> bytes. Most contain another request after the unusual one."""
    cases = {
        "plain": crlf("GET /m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "length": _posts("Content-Length: 3", "abc"),
        "length 0": _posts("Content-Length: 0", ""),
        "chunked": _posts("Transfer-Encoding: chunked", "3\nabc\n0\n\n"),
        "no length": _posts("X: y", ""),
        # --- both lengths
        "CL.TE": _posts(f"Content-Length: {5 + len(crlf(INSIDE))}\nTransfer-Encoding: chunked", "0\n\n" + INSIDE),
        "TE.CL": _posts("Transfer-Encoding: chunked\nContent-Length: 4", "1f\n" + INSIDE[:29] + "\n0\n\n"),
        "TE.CL agreeing": _posts("Transfer-Encoding: chunked\nContent-Length: 13", "3\nabc\n0\n\n"),
        "TE.0CL": _posts("Transfer-Encoding: chunked\nContent-Length: 0", "3\nabc\n0\n\n"),
        # --- several lengths
        "two CL": _posts(f"Content-Length: 0\nContent-Length: {len(crlf(INSIDE))}", INSIDE),
        "two CL, same": _posts("Content-Length: 3\nContent-Length: 3", "abc"),
        "two CL, other case": _posts(f"Content-Length: 0\ncontent-length: {len(crlf(INSIDE))}", INSIDE),
        "CL list": _posts("Content-Length: 3, 3", "abc"),
        "CL list, different": _posts("Content-Length: 0, 3", "abc"),
        "CL plus": _posts("Content-Length: +3", "abc"),
        "CL minus": _posts("Content-Length: -3", "abc"),
        "CL hex": _posts("Content-Length: 0x3", "abc"),
        "CL fraction": _posts("Content-Length: 3.0", "abc"),
        "CL exponent": _posts("Content-Length: 3e0", "abc"),
        "CL leading zeros": _posts("Content-Length: 0003", "abc"),
        "CL octal": _posts("Content-Length: 010", "abcdefgh"),
        "CL empty": _posts("Content-Length:", ""),
        "CL blank": _posts("Content-Length:  ", ""),
        "CL words": _posts("Content-Length: three", "abc"),
        "CL inner space": _posts("Content-Length: 1 0", "abcdefghij"),
        "CL trailing space": _posts("Content-Length: 3 ", "abc"),
        "CL trailing tab": _posts("Content-Length: 3\t", "abc"),
        "CL leading tab": _posts("Content-Length:\t3", "abc"),
        "CL vertical tab": _posts("Content-Length: \x0b3", "abc"),
        "CL semicolon": _posts("Content-Length: 3;", "abc"),
        "CL 2^32": _posts("Content-Length: 4294967299", "abc"),
        "CL 2^63": _posts("Content-Length: 9223372036854775808", "abc"),
        "CL 2^64": _posts("Content-Length: 18446744073709551619", "abc"),
        "CL many digits": _posts("Content-Length: " + "9" * 400, "abc"),
        "CL underscore": _posts("Content_Length: 3", ""),
        "CL on GET": crlf("GET /m/get HTTP/1.1\nHost: s\nContent-Length: 3\n\nabc" + AFTER),
        "CL on HEAD": crlf("HEAD /m/head HTTP/1.1\nHost: s\nContent-Length: 3\n\nabc" + AFTER),
        "CL on DELETE": crlf("DELETE /m/delete HTTP/1.1\nHost: s\nContent-Length: 3\n\nabc" + AFTER),
        "CL on OPTIONS": crlf("OPTIONS /m/options HTTP/1.1\nHost: s\nContent-Length: 3\n\nabc" + AFTER),
        "CL too short": _posts("Content-Length: 2", "abc"),
        "CL too long": _posts("Content-Length: 9999", "abc"),
        # --- transfer codings
        "TE capital": _posts("Transfer-Encoding: Chunked", "3\nabc\n0\n\n"),
        "TE upper": _posts("TRANSFER-ENCODING: CHUNKED", "3\nabc\n0\n\n"),
        "TE x": _posts("Transfer-Encoding: xchunked", "3\nabc\n0\n\n"),
        "TE suffix": _posts("Transfer-Encoding: chunked-x", "3\nabc\n0\n\n"),
        "TE identity": _posts("Transfer-Encoding: identity", ""),
        "TE identity with CL": _posts("Transfer-Encoding: identity\nContent-Length: 3", "abc"),
        "TE gzip": _posts("Transfer-Encoding: gzip", ""),
        "TE list": _posts("Transfer-Encoding: gzip, chunked", "3\nabc\n0\n\n"),
        "TE list, chunked first": _posts("Transfer-Encoding: chunked, identity", "3\nabc\n0\n\n"),
        "TE chunked twice": _posts("Transfer-Encoding: chunked, chunked", "3\nabc\n0\n\n"),
        "TE twice": _posts("Transfer-Encoding: chunked\nTransfer-Encoding: chunked", "3\nabc\n0\n\n"),
        "TE twice, other last": _posts("Transfer-Encoding: chunked\nTransfer-Encoding: x", "3\nabc\n0\n\n"),
        "TE twice, other first": _posts("Transfer-Encoding: x\nTransfer-Encoding: chunked", "3\nabc\n0\n\n"),
        "TE empty": _posts("Transfer-Encoding:", ""),
        "TE comma": _posts("Transfer-Encoding: ,chunked", "3\nabc\n0\n\n"),
        "TE quoted": _posts('Transfer-Encoding: "chunked"', "3\nabc\n0\n\n"),
        "TE parameter": _posts("Transfer-Encoding: chunked;q=1", "3\nabc\n0\n\n"),
        "TE tab": _posts("Transfer-Encoding:\tchunked", "3\nabc\n0\n\n"),
        "TE vertical tab": _posts("Transfer-Encoding:\x0bchunked", "3\nabc\n0\n\n"),
        "TE trailing space": _posts("Transfer-Encoding: chunked ", "3\nabc\n0\n\n"),
        "TE space before colon": _posts("Transfer-Encoding : chunked", "3\nabc\n0\n\n"),
        "TE leading space": _posts(" Transfer-Encoding: chunked", "3\nabc\n0\n\n"),
        "TE folded": _posts("Transfer-Encoding:\n chunked", "3\nabc\n0\n\n"),
        "TE folded away": _posts("X: y\n Transfer-Encoding: chunked", ""),
        "TE bare LF before": b"POST /m/post HTTP/1.1\r\nHost: s\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + crlf(AFTER),
        "TE bare CR before": b"POST /m/post HTTP/1.1\r\nHost: s\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n" + crlf(AFTER),
        "TE underscore": _posts("Transfer_Encoding: chunked", ""),
        "TE NUL": _posts("Transfer-Encoding: chunked\0", "3\nabc\n0\n\n"),
        "TE in HTTP/1.0": _posts("Transfer-Encoding: chunked\nConnection: keep-alive", "3\nabc\n0\n\n", "1.0"),
        "TE on GET": crlf("GET /m/get HTTP/1.1\nHost: s\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n" + AFTER),
        # --- chunks
        "chunk extension": _posts("Transfer-Encoding: chunked", "3;a=b\nabc\n0;c\n\n"),
        "chunk quoted extension": _posts("Transfer-Encoding: chunked", '3;a="b;c"\nabc\n0\n\n'),
        "chunk extension with CR": b"POST /m/post HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n3;a\rb\r\nabc\r\n0\r\n\r\n" + crlf(AFTER),
        "chunk extension with LF": b"POST /m/post HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n3;a\nbc\r\n0\r\n\r\n" + crlf(AFTER),
        "chunk quoted line end": b"POST /m/post HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"\r\nabc\r\n0\r\n\r\n" + crlf(AFTER),
        **{f"chunk quoted {name}, {place}": _posts("Transfer-Encoding: chunked", "").replace(
            crlf(AFTER), (f'3;a="{byte}"\r\nabc\r\n0\r\n\r\n' if place == "first" else f'3\r\nabc\r\n0;a="{byte}"\r\n\r\n').encode() + crlf(AFTER))
           for place in ("first", "last")
           for name, byte in (("LF", "\n"), ("NUL", "\0"), ("ESC", "\x1b"), ("DEL", "\x7f"), ("escaped LF", "\\\n"))},
        # A front end that ends the line at the LF sees one request here, with the other one in its body.
        "chunk quoted LF before a request": _posts("Transfer-Encoding: chunked", "").replace(
            crlf(AFTER), b'1f;a="\nx"\r\n{"a":1}' + b" " * 20 + b"\r\n" + b"%x\r\n0\r\n\r\n" % (len(crlf(INSIDE)) + 7) + crlf(INSIDE) + b"\r\n0\r\n\r\n"),
        "chunk extension without ;": _posts("Transfer-Encoding: chunked", "3 a\nabc\n0\n\n"),
        "chunk long extension": _posts("Transfer-Encoding: chunked", "3;" + "e" * 20000 + "\nabc\n0\n\n"),
        "chunk space after size": _posts("Transfer-Encoding: chunked", "3 \nabc\n0\n\n"),
        "chunk space before size": _posts("Transfer-Encoding: chunked", " 3\nabc\n0\n\n"),
        "chunk tab after size": _posts("Transfer-Encoding: chunked", "3\t\nabc\n0\n\n"),
        "chunk leading zeros": _posts("Transfer-Encoding: chunked", "0003\nabc\n000\n\n"),
        "chunk upper case": _posts("Transfer-Encoding: chunked", "A\nabcdefghij\n0\n\n"),
        "chunk 0x": _posts("Transfer-Encoding: chunked", "0x3\nabc\n0\n\n"),
        "chunk plus": _posts("Transfer-Encoding: chunked", "+3\nabc\n0\n\n"),
        "chunk minus": _posts("Transfer-Encoding: chunked", "-3\nabc\n0\n\n"),
        "chunk minus 0": _posts("Transfer-Encoding: chunked", "-0\n\n"),
        "chunk empty size": _posts("Transfer-Encoding: chunked", "\nabc\n0\n\n"),
        "chunk words": _posts("Transfer-Encoding: chunked", "xyz\nabc\n0\n\n"),
        "chunk 2^32": _posts("Transfer-Encoding: chunked", "100000003\nabc\n0\n\n"),
        "chunk 2^64": _posts("Transfer-Encoding: chunked", "10000000000000003\nabc\n0\n\n"),
        "chunk many digits": _posts("Transfer-Encoding: chunked", "F" * 64 + "\nabc\n0\n\n"),
        "chunk too long": _posts("Transfer-Encoding: chunked", "2\nabc\n0\n\n"),
        "chunk too short": _posts("Transfer-Encoding: chunked", "4\nabc\n0\n\n"),
        "chunk bare LF": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"3\nabc\n0\n\n" + crlf(AFTER)),
        "chunk LF after size": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"3\nabc\r\n0\r\n\r\n" + crlf(AFTER)),
        "chunk LF after data": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"3\r\nabc\n0\r\n\r\n" + crlf(AFTER)),
        "chunk CR after data": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"3\r\nabc\r0\r\n\r\n" + crlf(AFTER)),
        "chunk LF after last": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"3\r\nabc\r\n0\n\r\n" + crlf(AFTER)),
        "chunk LF at the end": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"3\r\nabc\r\n0\r\n\n" + crlf(AFTER)),
        "chunk without data end": _posts("Transfer-Encoding: chunked", "3\nabc0\n\n"),
        "chunk two bytes for data end": _posts("Transfer-Encoding: chunked", "3\nabcXX0\n\n"),
        "chunk last without end": _posts("Transfer-Encoding: chunked", "3\nabc\n0\n"),
        "chunk last then request": _posts("Transfer-Encoding: chunked", "3\nabc\n0\n" + INSIDE),
        "chunk NUL": _posts("Transfer-Encoding: chunked", "3\0\nabc\n0\n\n"),
        "chunk none": _posts("Transfer-Encoding: chunked", ""),
        # --- trailers
        "trailer": _posts("Transfer-Encoding: chunked", "0\nX: y\n\n"),
        "trailer CL": _posts("Transfer-Encoding: chunked", f"0\nContent-Length: {len(crlf(AFTER))}\n\n"),
        "trailer TE": _posts("Transfer-Encoding: chunked", "0\nTransfer-Encoding: chunked\n\n"),
        "trailer Host": _posts("Transfer-Encoding: chunked", "0\nHost: other\n\n"),
        "trailer broken": _posts("Transfer-Encoding: chunked", "0\nno colon\n\n"),
        "trailer request": _posts("Transfer-Encoding: chunked", "0\n" + INSIDE[:-1]),
        "trailer folded": _posts("Transfer-Encoding: chunked", "0\nX: a\n b\n\n"),
        "trailer bare LF": _posts("Transfer-Encoding: chunked", "").replace(crlf(AFTER), b"0\r\nX: y\n\r\n" + crlf(AFTER)),
        "trailer long": _posts("Transfer-Encoding: chunked", "0\n" + "X: " + "y" * 20000 + "\n\n"),
        # --- lines
        "bare LF everywhere": b"GET /m/one HTTP/1.1\nHost: s\n\n" + crlf(AFTER),
        "bare LF after request line": b"GET /m/one HTTP/1.1\nHost: s\r\n\r\n" + crlf(AFTER),
        "bare LF at the end of the head": b"GET /m/one HTTP/1.1\r\nHost: s\r\n\n" + crlf(AFTER),
        "bare LF hides a head": b"GET /m/one HTTP/1.1\r\nHost: s\r\nX: y\n\nGET /m/inside HTTP/1.1\r\nHost: s\r\n\r\n",
        "bare CR in a value": b"GET /m/one HTTP/1.1\r\nHost: s\r\nX: a\rb\r\n\r\n" + crlf(AFTER),
        "bare CR ends a head": b"GET /m/one HTTP/1.1\rHost: s\r\r" + crlf(AFTER),
        "CR CR LF": b"GET /m/one HTTP/1.1\r\nHost: s\r\r\n\r\n" + crlf(AFTER),
        "folded": crlf("GET /m/one HTTP/1.1\nHost: s\nX: a\n b\n\n" + AFTER),
        "folded with tab": crlf("GET /m/one HTTP/1.1\nHost: s\nX: a\n\tb\n\n" + AFTER),
        "folded first": crlf("GET /m/one HTTP/1.1\n Host: s\n\n" + AFTER),
        "folded blank": crlf("GET /m/one HTTP/1.1\nHost: s\nX: a\n \n\n" + AFTER),
        "empty lines first": crlf("\n\n\nGET /m/one HTTP/1.1\nHost: s\n\n\n\n" + AFTER),
        "bare LF first": b"\nGET /m/one HTTP/1.1\r\nHost: s\r\n\r\n" + crlf(AFTER),
        "CR first": b"\rGET /m/one HTTP/1.1\r\nHost: s\r\n\r\n" + crlf(AFTER),
        "space first": crlf(" GET /m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "line of spaces in the head": crlf("GET /m/one HTTP/1.1\nHost: s\n  \nX: y\n\n" + AFTER),
        "no colon": crlf("GET /m/one HTTP/1.1\nHost: s\nnothing\n\n" + AFTER),
        "no name": crlf("GET /m/one HTTP/1.1\nHost: s\n: y\n\n" + AFTER),
        "space before colon": crlf("GET /m/one HTTP/1.1\nHost: s\nX : y\n\n" + AFTER),
        "CL space before colon": _posts("Content-Length : 3", "abc"),
        "CL tab before colon": _posts("Content-Length\t: 3", "abc"),
        "space in a name": crlf("GET /m/one HTTP/1.1\nHost: s\nX Y: z\n\n" + AFTER),
        "odd name": crlf("GET /m/one HTTP/1.1\nHost: s\nX(Y): z\n\n" + AFTER),
        "NUL in a name": crlf("GET /m/one HTTP/1.1\nHost: s\nX\0: z\n\n" + AFTER),
        "NUL in a value": crlf("GET /m/one HTTP/1.1\nHost: s\nX: \0\n\n" + AFTER),
        "NUL in the target": crlf("GET /m/o\0ne HTTP/1.1\nHost: s\n\n" + AFTER),
        "control in a value": crlf("GET /m/one HTTP/1.1\nHost: s\nX: a\x01b\n\n" + AFTER),
        "high bytes in a value": crlf("GET /m/one HTTP/1.1\nHost: s\nX: \xff\xfe\n\n" + AFTER),
        "high bytes in the target": crlf("GET /m/\xff\xfe HTTP/1.1\nHost: s\n\n" + AFTER),
        "high bytes in a name": crlf("GET /m/one HTTP/1.1\nHost: s\n\xc3\xa9: y\n\n" + AFTER),
        # --- the request line
        "two spaces": crlf("GET  /m/one  HTTP/1.1\nHost: s\n\n" + AFTER),
        "tabs": crlf("GET\t/m/one\tHTTP/1.1\nHost: s\n\n" + AFTER),
        "space at the end": crlf("GET /m/one HTTP/1.1 \nHost: s\n\n" + AFTER),
        "space in the target": crlf("GET /m/o ne HTTP/1.1\nHost: s\n\n" + AFTER),
        "a head in the target": crlf("GET /m/one HTTP/1.1\nX: GET /m/inside HTTP/1.1\nHost: s\n\n" + AFTER),
        "no version": crlf("GET /m/one\nHost: s\n\n" + AFTER),
        "HTTP/0.9": crlf("GET /m/one\n"),
        "HTTP/1.10": crlf("GET /m/one HTTP/1.10\nHost: s\n\n" + AFTER),
        "HTTP/01.1": crlf("GET /m/one HTTP/01.1\nHost: s\n\n" + AFTER),
        "HTTP/1.2": crlf("GET /m/one HTTP/1.2\nHost: s\n\n" + AFTER),
        "HTTP/2.0": crlf("GET /m/one HTTP/2.0\nHost: s\n\n" + AFTER),
        "HTTP/1": crlf("GET /m/one HTTP/1\nHost: s\n\n" + AFTER),
        "http/1.1": crlf("GET /m/one http/1.1\nHost: s\n\n" + AFTER),
        "HTTP/2 preface": crlf("PRI * HTTP/2.0\n\nSM\n\n" + AFTER),
        "lower method": crlf("get /m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "unknown method": crlf("BREW /m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "odd method": crlf("GE(T /m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "CONNECT": crlf("CONNECT s:443 HTTP/1.1\nHost: s\n\n" + AFTER),
        "TRACE": crlf("TRACE /m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "absolute form": crlf("GET http://s/m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "absolute form, other host": crlf("GET http://t/m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "absolute form, no host": crlf("GET http:///m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "absolute form, other scheme": crlf("GET ftp://s/m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "absolute form, user": crlf("GET http://u:p@s/m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "authority form": crlf("GET s:80 HTTP/1.1\nHost: s\n\n" + AFTER),
        "star": crlf("GET * HTTP/1.1\nHost: s\n\n" + AFTER),
        "OPTIONS *": crlf("OPTIONS * HTTP/1.1\nHost: s\n\n" + AFTER),
        "fragment": crlf("GET /m/one#two HTTP/1.1\nHost: s\n\n" + AFTER),
        "backslash": crlf("GET \\m\\one HTTP/1.1\nHost: s\n\n" + AFTER),
        "dots": crlf("GET /m/../m/one HTTP/1.1\nHost: s\n\n" + AFTER),
        "dots out": crlf("GET /../../etc HTTP/1.1\nHost: s\n\n" + AFTER),
        "broken escape": crlf("GET /m/%zz HTTP/1.1\nHost: s\n\n" + AFTER),
        "escaped NUL": crlf("GET /m/%00 HTTP/1.1\nHost: s\n\n" + AFTER),
        "escaped line end": crlf("GET /m/%0d%0aX:%20y HTTP/1.1\nHost: s\n\n" + AFTER),
        "long target": crlf("GET /m/" + "x" * 20000 + " HTTP/1.1\nHost: s\n\n" + AFTER),
        "long value": crlf("GET /m/one HTTP/1.1\nHost: s\nX: " + "x" * 20000 + "\n\n" + AFTER),
        "many fields": crlf("GET /m/one HTTP/1.1\nHost: s\n" + "X: y\n" * 3000 + "\n" + AFTER),
        # --- Host
        "no Host": crlf("GET /m/one HTTP/1.1\nX: y\n\n" + AFTER),
        "two Hosts": crlf("GET /m/one HTTP/1.1\nHost: a\nHost: b\n\n" + AFTER),
        "two Hosts, same": crlf("GET /m/one HTTP/1.1\nHost: s\nHost: s\n\n" + AFTER),
        "empty Host": crlf("GET /m/one HTTP/1.1\nHost:\n\n" + AFTER),
        "Host with a list": crlf("GET /m/one HTTP/1.1\nHost: a, b\n\n" + AFTER),
        "Host with a path": crlf("GET /m/one HTTP/1.1\nHost: a/b\n\n" + AFTER),
        # --- connections
        "close": crlf("GET /m/one HTTP/1.1\nHost: s\nConnection: close\n\n" + AFTER),
        "close in a list": crlf("GET /m/one HTTP/1.1\nHost: s\nConnection: x, close\n\n" + AFTER),
        "close and keep-alive": crlf("GET /m/one HTTP/1.1\nHost: s\nConnection: keep-alive, close\n\n" + AFTER),
        "close twice": crlf("GET /m/one HTTP/1.1\nHost: s\nConnection: keep-alive\nConnection: close\n\n" + AFTER),
        "upgrade": crlf("GET /m/one HTTP/1.1\nHost: s\nConnection: Upgrade\nUpgrade: websocket\n\n" + AFTER),
        "h2c": crlf("GET /m/one HTTP/1.1\nHost: s\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAA\n\n" + AFTER),
        "Connection: Content-Length": _posts("Connection: Content-Length\nContent-Length: 3", "abc"),
        "Connection: Transfer-Encoding": _posts("Connection: Transfer-Encoding\nTransfer-Encoding: chunked", "3\nabc\n0\n\n"),
        "HTTP/1.0": crlf("GET /m/one HTTP/1.0\nHost: s\n\n" + AFTER),
        "HTTP/1.0 keep-alive": crlf("GET /m/one HTTP/1.0\nHost: s\nConnection: keep-alive\n\n" + AFTER),
        "HTTP/1.0 Keep-Alive in a list": crlf("GET /m/one HTTP/1.0\nHost: s\nConnection: x, Keep-Alive\n\n" + AFTER),
        "HTTP/1.0 body to the end": crlf("POST /m/one HTTP/1.0\nHost: s\n\n" + AFTER),
        # --- Expect
        "Expect": _posts("Expect: 100-continue\nContent-Length: 3", "abc"),
        "Expect chunked": _posts("Expect: 100-continue\nTransfer-Encoding: chunked", "3\nabc\n0\n\n"),
        "Expect, no body": _posts("Expect: 100-continue", ""),
        "Expect, CL 0": _posts("Expect: 100-continue\nContent-Length: 0", ""),
        "Expect something": _posts("Expect: something\nContent-Length: 3", "abc"),
        "Expect twice": _posts("Expect: 100-continue\nExpect: 100-continue\nContent-Length: 3", "abc"),
        "Expect in HTTP/1.0": _posts("Expect: 100-continue\nContent-Length: 3\nConnection: keep-alive", "abc", "1.0"),
        "Expect spelled": _posts("Expect: 100-Continue\nContent-Length: 3", "abc"),
        # --- bodies that look like requests
        "body is a request": _posts(f"Content-Length: {len(crlf(INSIDE))}", INSIDE),
        "chunk is a request": _posts("Transfer-Encoding: chunked", f"{len(crlf(INSIDE)):x}\n{INSIDE}\n0\n\n"),
        "GET body is a request": crlf(f"GET /m/get HTTP/1.1\nHost: s\nContent-Length: {len(crlf(INSIDE))}\n\n{INSIDE}{AFTER}"),
        "large body": _posts(f"Content-Length: {300_000}", "x" * 300_000),
        "body over the limit": _posts(f"Content-Length: {1_100_000}", "x" * 1_100_000),
        "chunks over the limit": _posts("Transfer-Encoding: chunked", "fa000\n" + "x" * 0xfa000 + "\nfa000\n" + "x" * 0xfa000 + "\n0\n\n"),
        "pipeline": crlf("".join(f"GET /m/{i} HTTP/1.1\nHost: s\n\n" for i in range(40)) + AFTER),
        "half a request": crlf("GET /m/one HTTP/1.1\nHost: s\n\nGET /m/two HTTP/1.1\nHo"),
    }
    for file in sorted(CORPUS.iterdir()):
        cases[f"corpus {file.name}"] = file.read_bytes()
    return cases


_PIECES = [b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b"\x0b", b":", b",", b";", b"0", b"1", b"-", b"+", b"0x", b"\r\n ", b"\r\n\r\n",
           b"\n\n", b"0\r\n\r\n", b"chunked", b"close", b"keep-alive", b"Content-Length: 3\r\n", b"Content-Length: 0\r\n",
           b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"Expect: 100-continue\r\n", b"Host: t\r\n",
           b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"HTTP/1.0", b"HTTP/1.1", b"HTTP/1.10", b"http://s", b"POST ",
           b"HEAD ", b"\xff", b"%00", b"FFFFFFFFFFFFFFFF", b"18446744073709551616",
           b"GET /m/inside HTTP/1.1\r\nHost: s\r\n\r\n", b"POST /m/inside HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\nabc"]


# Lines of a head. Most of them are harmless alone, and their lengths are often right.
_FIELDS = [b"X: y", b"X:", b"Content-Length: 3", b"Content-Length: 0", b"Content-Length: 03", b"Content-Length:3 ", b"content-length: 3",
           b"Content-Length: 2", b"Transfer-Encoding: chunked", b"transfer-encoding: Chunked", b"Transfer-Encoding:chunked ",
           b"Transfer-Encoding: identity", b"Transfer-Encoding: gzip, chunked", b"TE: trailers", b"Trailer: X", b"Expect: 100-continue",
           b"Connection: keep-alive", b"Connection: close", b"Connection: keep-alive, X", b"Connection: Content-Length", b"Upgrade: h2c",
           b"Content_Length: 3", b"X-Content-Length: 3", b"Content-Length-X: 3", b"Host: s", b"Cookie: a=b; c=d", b"X: a\tb", b"X: \xc3\xa9",
           b"X : y", b"X: a\x01", b"Content-Type: application/json", b"Accept: */*", b"Range: bytes=0-0", b"If-None-Match: *"]


def _mutate(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3, 5))):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((1, 1, 2, 4, 16)))
        lines = data.split(b"\r\n")
        line = rng.randrange(len(lines))
        kind = rng.randrange(16)
        if kind == 0:
            data = data[:at] + rng.choice(_PIECES) + data[at:]
        elif kind == 1:
            data = data[:at] + data[to:]
        elif kind == 2:
            data = data[:at] + rng.choice(_PIECES) + data[to:]
        elif kind == 3:
            data = data[:to] + data[at:to] + data[to:]
        elif kind == 4:
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1:]
        elif kind == 5:  # Double, move or remove a line.
            moved = lines[line]
            if rng.random() < 0.6:
                lines.insert(rng.randrange(len(lines) + 1), moved)
            else:
                del lines[line]
            data = b"\r\n".join(lines)
        elif kind == 6:  # Insert a line of another case.
            lines.insert(line, rng.choice(rng.choice(others).split(b"\r\n"))[:2000])
            data = b"\r\n".join(lines)
        elif kind == 7:  # Change the end of a line.
            data = b"\r\n".join(lines[:line + 1]) + rng.choice((b"\n", b"\r", b"\r\r\n", b" \r\n", b"\r\n\t")) + b"\r\n".join(lines[line + 1:])
        elif kind == 8:
            data = data[:at] + rng.choice(others)[:4000]
        elif kind < 14:  # Insert a field after the Host of a head.
            hosts = [i for i, text in enumerate(lines) if text.startswith(b"Host:")] or [line]
            lines.insert(rng.choice(hosts) + 1, rng.choice(_FIELDS))
            data = b"\r\n".join(lines)
        else:  # Change a digit.
            digits = [i for i, byte in enumerate(data) if 48 <= byte < 58] or [at]
            place = rng.choice(digits)
            data = data[:place] + rng.choice((b"0", b"1", b"3", b"9", b"00", b"f", b"")) + data[place + 1:]
    return data


# These are valid. Most of their mutations are too, so they test the ends of requests better.
_SOUND = ("plain", "length", "chunked", "CL leading zeros", "CL on GET", "CL on HEAD", "chunk extension", "chunk is a request",
          "body is a request", "trailer", "Expect", "HTTP/1.0 keep-alive", "absolute form", "OPTIONS *", "corpus pipelined")


def mutations(count: int, seed: int) -> dict[str, bytes]:
    """Each ends with a request that both servers see if they agree on the ends of the earlier ones."""
    rng = random.Random(seed)
    cases = {name: data for name, data in by_hand().items() if len(data) < 4000}
    names, others = list(cases), list(cases.values())
    made = {}
    for i in range(count):
        name = rng.choice(_SOUND if i % 2 else names)
        made[f"mutation {i} of {name}"] = _mutate(cases[name], others, rng) + crlf("GET /m/end HTTP/1.1\nHost: s\n\n")
    return made
