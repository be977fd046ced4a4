"""Tests of the stack itself: python3 -m unittest discover -s tools/stack (a minute, after the cache is filled)."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import stack as stack_module  # noqa: E402
import wire  # noqa: E402
from errors import StackError  # noqa: E402
from processes import ProcessId  # noqa: E402
from services import free_port  # noqa: E402
from stack import Stack  # noqa: E402


def kcat(stack: Stack, *arguments: str, text: str = "") -> str:
    done = subprocess.run(["kcat", "-b", stack.bootstrap, *arguments], input=text, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise AssertionError(f"kcat {arguments}: {done.stderr}")
    return done.stdout


def produce(stack: Stack, topic: str, text: str) -> None:
    kcat(stack, "-P", "-t", topic, "-X", "acks=all", text=text)


def consume(stack: Stack, topic: str) -> list[str]:
    return sorted(kcat(stack, "-C", "-t", topic, "-e", "-q").split())


class PortTest(unittest.TestCase):
    def test_a_port_is_given_once(self):
        given, other = free_port(), free_port()
        with mock.patch("services.random.randrange", side_effect=[given, other, given, 20000, 20001, 20002, 20003]):
            self.assertNotIn(free_port(), (given, other))

    def test_another_process_is_given_another_port(self):
        program = "import services; services.random.randrange = lambda *_: {}; print(services.free_port())"
        asked = subprocess.run([sys.executable, "-c", program.format(free_port())], cwd=HERE, capture_output=True, text=True)
        self.assertIn("no free port", asked.stderr)


class ModuleTest(unittest.TestCase):
    """One stack for all of these; each uses a topic or collection of its own."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(brief=True)
        cls.addClassCleanup(cls.stack.close)
        cls.stack.start()

    def test_topics_survive_a_restart_and_a_crash_of_kafka(self):
        self.stack.kafka.create_topic("kept", partitions=2, config={"retention.ms": 3600000})
        bootstrap = self.stack.bootstrap
        produce(self.stack, "kept", "one\ntwo\n")
        self.stack.kafka.restart()
        self.assertEqual(self.stack.bootstrap, bootstrap)
        self.assertIn('topic "kept" with 2 partitions', kcat(self.stack, "-L"))
        self.assertEqual(consume(self.stack, "kept"), ["one", "two"])
        produce(self.stack, "kept", "three\n")
        self.stack.kafka.kill()
        self.stack.kafka.start()
        self.assertEqual(consume(self.stack, "kept"), ["one", "three", "two"])

    def test_a_topic_can_be_deleted_and_made_anew(self):
        self.stack.kafka.create_topic("again", partitions=1)
        produce(self.stack, "again", "old\n")
        with self.assertRaises(wire.KafkaError) as caught:
            self.stack.kafka.create_topic("again", partitions=1)
        self.assertEqual(caught.exception.code, wire.TOPIC_ALREADY_EXISTS)
        self.stack.kafka.delete_topic("again")
        self.stack.kafka.create_topic("again", partitions=3)
        self.assertEqual(self.stack.kafka.topics()["again"], 3)
        self.assertEqual(consume(self.stack, "again"), [])

    def test_topics_are_not_made_by_using_them(self):
        with self.assertRaises((AssertionError, subprocess.TimeoutExpired)):
            kcat(self.stack, "-P", "-t", "nobody-made-this", "-X", "message.timeout.ms=3000", text="lost\n")
        self.assertNotIn("nobody-made-this", self.stack.kafka.topics())

    def test_a_paused_broker_hangs_and_goes_on(self):
        self.stack.kafka.pause()
        with self.assertRaises(OSError):
            wire.kafka_metadata(self.stack.kafka.nodes[0].port, timeout_s=0.5)
        self.stack.kafka.resume()
        self.stack.kafka.wait_ready()

    @unittest.skipIf(os.environ.get("ORDO_TEST_MONGO"), "the database is an outside server")
    def test_data_survives_a_restart_and_a_crash_of_mongo(self):
        mongo = self.stack.mongo
        wire.mongo_command(mongo.port, {"create": "kept", "$db": "ordo"})
        url = mongo.url
        for end in (mongo.stop, mongo.kill):
            end()
            self.assertFalse(mongo.alive())
            mongo.start()
            self.assertEqual(mongo.url, url)
            self.assertIn(b"\x02name\0\x05\0\0\0kept\0", wire.mongo_command(mongo.port, {"listCollections": 1, "$db": "ordo"}))

    @unittest.skipIf(os.environ.get("ORDO_TEST_MONGO"), "the database is an outside server")
    def test_a_paused_mongo_hangs_and_can_still_be_stopped(self):
        self.stack.mongo.pause()
        with self.assertRaises(OSError):
            wire.mongo_hello(self.stack.mongo.port, timeout_s=0.3)
        self.stack.mongo.stop()
        with self.assertRaisesRegex(StackError, "does not run"):
            self.stack.mongo.pause()
        self.stack.mongo.start()


class LifetimeTest(unittest.TestCase):
    def test_closing_leaves_nothing(self):
        with Stack(brokers=0) as stack:
            processes, folder = stack.processes(), stack.directory
            self.assertTrue(all(process.alive() for process in processes))
        self.assertFalse(any(process.alive() for process in processes))
        self.assertFalse(folder.exists())
        stack.close()

    def test_servers_die_with_a_program_that_is_killed_and_its_folder_is_swept(self):
        program = textwrap.dedent("""
            import sys, threading, time
            sys.path.insert(0, sys.argv[1])
            from stack import Stack
            stack = Stack(brokers=0)
            starter = threading.Thread(target=stack.start)
            starter.start(); starter.join()
            time.sleep(1)  # They must outlive the thread that started them.
            print(stack.mongo.pid, stack.directory, flush=True)
            time.sleep(60)
        """)
        child = subprocess.Popen([sys.executable, "-c", program, str(HERE)], stdout=subprocess.PIPE, text=True)
        with child:
            pid, folder = child.stdout.readline().split()
            process = ProcessId.of(int(pid))
            self.assertTrue(process.alive())
            child.send_signal(signal.SIGKILL)
        self.assertTrue(process.wait(10))
        self.assertTrue(Path(folder).exists())
        stack_module._sweep()
        self.assertFalse(Path(folder).exists())

    def test_three_brokers_go_on_without_one(self):
        with Stack(brokers=3, mongo=False, brief=True) as stack:
            stack.kafka.create_topic("replicated")
            stack.kafka.nodes[0].kill()
            produce(stack, "replicated", "here\n")
            self.assertEqual(consume(stack, "replicated"), ["here"])
            stack.kafka.nodes[0].start()
            stack.kafka.wait_ready()

    def test_clients_are_sent_to_the_advertised_port(self):
        with socket.socket() as door:
            door.bind((wire.HOST, 0))
            port = door.getsockname()[1]
            with Stack(brokers=1, mongo=False, advertised_ports=[port], brief=True) as stack:
                stack.kafka.create_topic("elsewhere", partitions=1)
                listed = kcat(stack, "-L")
                self.assertIn(f"broker 1 at {wire.HOST}:{port}", listed)
                self.assertNotIn(str(stack.kafka.nodes[0].broker_port), listed)
                self.assertEqual(stack.kafka.advertised, f"{wire.HOST}:{port}")
                door.listen()
                door.settimeout(20)
                with subprocess.Popen(["kcat", "-b", stack.bootstrap, "-C", "-t", "elsewhere", "-e", "-q"],
                                      stderr=subprocess.DEVNULL) as client:
                    door.accept()[0].close()  # It knocks where it was told to.
                    client.kill()

    @unittest.skipIf(os.environ.get("ORDO_TEST_MONGO"), "a secured stack has a database of its own")
    def test_a_secured_stack_asks_for_tls_and_a_login(self):
        with Stack(secured=True, brief=True) as stack:
            def listed(**settings: str) -> bool:
                given = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": stack.security.user,
                         "sasl.password": stack.security.password, "ssl.ca.location": str(stack.security.ca)}
                given |= {name.replace("_", "."): value for name, value in settings.items()}
                options = [part for name, value in given.items() for part in ("-X", f"{name}={value}")]
                return subprocess.run(["kcat", "-b", stack.kafka.secured, "-L", "-m", "5", *options], capture_output=True,
                                      timeout=30).returncode == 0

            self.assertTrue(listed())
            self.assertFalse(listed(sasl_password="another"))
            self.assertFalse(listed(security_protocol="PLAINTEXT"))
            self.assertEqual(stack.kafka.topics(), {})  # The stack itself still gets in.
            with self.assertRaises(OSError):
                wire.mongo_hello(stack.mongo.port)
            wire.mongo_hello(stack.mongo.port, tls=stack.mongo.tls)
            with self.assertRaisesRegex(OSError, "requires authentication"):
                wire.mongo_command(stack.mongo.port, {"listCollections": 1, "$db": "ordo"}, tls=stack.mongo.tls)
            stack.kafka.restart()
            stack.mongo.restart()
            self.assertTrue(listed())

    def test_a_mongo_from_the_environment_is_not_touched(self):
        with mock.patch.dict(os.environ, {"ORDO_TEST_MONGO": "mongodb://user@127.0.0.1:1/?w=1"}):
            with Stack(brokers=0) as stack:
                self.assertEqual(stack.mongo_url, "mongodb://user@127.0.0.1:1/ordo?w=1")
                self.assertEqual(stack.mongo_url_of("other"), "mongodb://user@127.0.0.1:1/other?w=1")
                self.assertEqual(stack.processes(), [])
                with self.assertRaisesRegex(StackError, "the stack must not"):
                    stack.mongo.kill()

    def test_a_folder_that_holds_something_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "precious").touch()
            with self.assertRaisesRegex(StackError, "not empty"):
                Stack(brokers=0, directory=Path(folder))
            self.assertTrue(Path(folder, "precious").exists())


class ProgramTest(unittest.TestCase):
    """The command line, on a state file of its own: a developer's stack may be up."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.state = Path(scratch.name, "state.json")
        self.addCleanup(self.run_stack, "down")

    def run_stack(self, *arguments: str) -> subprocess.CompletedProcess:
        env = os.environ | {"ORDO_STACK_STATE": str(self.state)}
        return subprocess.run([HERE / "stack.py", *arguments], env=env, capture_output=True, text=True, timeout=300)

    def test_up_status_down(self):
        self.assertEqual(self.run_stack("status").returncode, 1)
        up = self.run_stack("up")
        self.assertEqual(up.returncode, 0, up.stderr)
        state = json.loads(self.state.read_text())
        self.assertEqual(up.stdout, f"KAFKA={state['bootstrap']} MONGO={state['mongo_url']}\n")
        self.assertEqual(self.run_stack("up").stdout, up.stdout)
        status = self.run_stack("status")
        self.assertEqual((status.returncode, status.stdout.splitlines()[-1]), (0, "ready"))
        processes = stack_module._processes(state)
        self.assertTrue(processes and all(process.alive() for process in processes))
        self.assertEqual(self.run_stack("down").returncode, 0)
        self.assertFalse(any(process.alive() for process in processes))
        self.assertFalse(Path(state["directory"]).exists())
        self.assertEqual(self.run_stack("down").returncode, 0)

    def test_up_after_a_crash_starts_anew(self):
        self.assertEqual(self.run_stack("up").returncode, 0)
        state = json.loads(self.state.read_text())
        for process in stack_module._processes(state):
            process.signal(signal.SIGKILL)
            self.assertTrue(process.wait(10))
        self.assertEqual(self.run_stack("status").returncode, 1)
        self.assertEqual(self.run_stack("up").returncode, 0)
        self.assertFalse(Path(state["directory"]).exists())


if __name__ == "__main__":
    unittest.main()
