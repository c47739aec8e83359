"""Runs the official LoadGen against an OpenAI-compatible server, and leaves its logs.

    python loadgen-bridge.py SETTINGS.json FOLDER

FOLDER gets LoadGen's own mlperf_log_*.txt/json, and bridge.json: the order in which samples were issued, when
(nanoseconds from the first), and the requests that failed. The settings' members are in src/commands/mlperf/loadgen-settings.ts.
The server's key comes in the environment variable that the settings name, never in a file.

LoadGen calls `issue` and must get it back at once, so requests are sent by an event loop in a thread of its own. A
completion that never comes would hang LoadGen for good: a request that fails is completed with no token, and told.
"""

import array
import asyncio
import json
import os
import sys
import threading
import time

import aiohttp
import mlperf_loadgen as lg


class Client:
    """Sends one streaming request for each sample and tells LoadGen of its first token and of its end."""

    def __init__(self, settings, bodies):
        self.settings = settings
        self.bodies = bodies
        self.failures = []
        self.loop = asyncio.new_event_loop()
        self.session = None
        self.key = key = os.environ.get(settings["key_variable"] or "", "")
        self.headers = {"Content-Type": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._open())
        ready.set()
        self.loop.run_forever()

    async def _open(self):
        connector = aiohttp.TCPConnector(limit=self.settings["max_in_flight"] or 0, keepalive_timeout=60)
        timeout = aiohttp.ClientTimeout(total=None, sock_read=self.settings["deadline_s"])
        self.session = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=self.headers)

    def send(self, samples):
        pairs = [(sample.id, sample.index) for sample in samples]
        self.loop.call_soon_threadsafe(self._start, pairs)

    def _start(self, pairs):
        for response_id, index in pairs:
            self.loop.create_task(self._ask(response_id, index))

    async def _ask(self, response_id, index):
        """One request. LoadGen's clock stops inside FirstTokenComplete and QuerySamplesComplete."""
        answer = Answer()
        first_told = False
        try:
            url = self.settings["url"] + self.settings["path"]
            async with self.session.post(url, data=self.bodies[index]) as response:
                if response.status != 200:
                    raise RuntimeError(f"status {response.status}: {await response.text()}")
                async for line in response.content:
                    if not line.startswith(b"data:"):
                        continue
                    data = line[5:].strip()
                    if data == b"[DONE]":
                        break
                    if answer.take(json.loads(data)) and not first_told:
                        first_told = True
                        if self.settings["first_token"]:
                            self._first_token(response_id, answer)
            if answer.tokens() == 0:
                raise RuntimeError("an answer without a token")
        except (OSError, RuntimeError, ValueError, asyncio.TimeoutError, aiohttp.ClientError) as error:
            self.failures.append({"sample": index, "error": self._masked(f"{type(error).__name__}: {error}")[:300]})
            if self.settings["first_token"] and not first_told:
                self._first_token(response_id, answer)
        self._complete(response_id, answer)

    def _masked(self, text):
        """A server may repeat the key that it refuses, also as JSON has it."""
        for form in {self.key, json.dumps(self.key)[1:-1]} - {""}:
            text = text.replace(form, "***")
        return text

    # LoadGen has taken what it needs of a response when these calls return, so that the arrays need live no longer.
    def _first_token(self, response_id, answer):
        data = answer.first_data()
        address, _ = data.buffer_info()
        lg.FirstTokenComplete([lg.QuerySampleResponse(response_id, address, len(data) * data.itemsize)])

    def _complete(self, response_id, answer):
        data = answer.data()
        address, _ = data.buffer_info()
        size = len(data) * data.itemsize
        lg.QuerySamplesComplete([lg.QuerySampleResponse(response_id, address, size, answer.tokens())])

    def close(self):
        asyncio.run_coroutine_threadsafe(self.session.close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


class Answer:
    """What came of an answer: token ids where the server sends them, else the text, which is logged as UTF-8."""

    def __init__(self):
        self.text = []
        self.ids = array.array("i")
        self.events = 0
        self.counted = None

    def take(self, event):
        """True where the event bore a token."""
        if event.get("error"):
            raise RuntimeError(f"the server says: {event['error']}")
        usage = event.get("usage")
        if usage:
            self.counted = usage.get("completion_tokens", self.counted)
        for choice in event.get("choices", []):
            delta = choice.get("delta")
            text = choice.get("text") if delta is None else delta.get("content")
            ids = choice.get("token_ids")
            if text or ids:
                self.text.append(text or "")
                self.ids.extend(ids or [])
                self.events += 1
                return True
        return False

    def tokens(self):
        if self.counted is not None:
            return self.counted
        return len(self.ids) or self.events

    def data(self):
        return self.ids if self.ids else array.array("B", "".join(self.text).encode())

    def first_data(self):
        if self.ids:
            return array.array("i", self.ids[:1])
        return array.array("B", "".join(self.text[:1]).encode())


def request_bodies(settings):
    """The JSON bodies of all samples, a line each."""
    with open(settings["bodies"], "rb") as file:
        return [line.strip() for line in file if line.strip()]


def test_settings(settings):
    """LoadGen's settings. All are given here: neither mlperf.conf nor a user.conf is read. A compliance test's come above."""
    test = lg.TestSettings()
    test.scenario = getattr(lg.TestScenario, settings["scenario"])
    test.mode = lg.TestMode.AccuracyOnly if settings["mode"] == "accuracy" else lg.TestMode.PerformanceOnly
    rate = settings["target_qps"]
    test.server_target_qps = test.offline_expected_qps = rate
    test.single_stream_expected_latency_ns = test.multi_stream_expected_latency_ns = int(1e9 / rate)
    test.multi_stream_samples_per_query = settings["samples_per_query"]
    if settings["percentile"] is not None:
        test.server_target_latency_percentile = settings["percentile"]
        test.single_stream_target_latency_percentile = settings["percentile"]
        test.multi_stream_target_latency_percentile = settings["percentile"]
    test.use_token_latencies = settings["token_latencies"]
    test.server_target_latency_ns = settings["latency_ns"]
    test.ttft_latency = settings["ttft_ns"]
    test.tpot_latency = settings["tpot_ns"]
    test.min_duration_ms = settings["min_duration_ms"]
    test.max_duration_ms = 0
    test.min_query_count = settings["min_query_count"]
    test.max_query_count = 0
    test.sample_concatenate_permutation = settings["equal_issue"]
    test.qsl_rng_seed = int(settings["seeds"]["qsl"])
    test.sample_index_rng_seed = int(settings["seeds"]["sample_index"])
    test.schedule_rng_seed = int(settings["seeds"]["schedule"])
    return test


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    folder = sys.argv[2]
    # A thread waits for the interpreter 5 ms by default, which would be in every latency.
    sys.setswitchinterval(0.0002)
    settings["first_token"] = settings["token_latencies"] and settings["scenario"] != "Offline"
    client = Client(settings, request_bodies(settings))
    order, issued_ns = [], []

    def issue(samples):
        issued_ns.append(time.perf_counter_ns())
        client.send(samples)
        order.extend(sample.index for sample in samples)

    # Of the kinds of systems that LoadGen's Python knows this one has a name of its own in the logs.
    sut = lg.ConstructQDL(issue, lambda: None, lambda: settings["sut_name"])
    qsl = lg.ConstructQSL(
        settings["library_samples"], settings["performance_samples"], lambda loaded: None, lambda unloaded: None
    )
    output = lg.LogOutputSettings()
    output.outdir = folder
    output.copy_summary_to_stdout = False
    log = lg.LogSettings()
    log.log_output = output
    log.enable_trace = False
    lg.StartTestWithLogSettings(sut, qsl, test_settings(settings), log, settings["audit_config"] or "")
    client.close()
    first = issued_ns[0] if issued_ns else 0
    record = {"order": order, "issued_ns": [at - first for at in issued_ns], "failures": client.failures}
    with open(os.path.join(folder, "bridge.json"), "w", encoding="utf-8") as file:
        json.dump(record, file)
    lg.DestroyQSL(qsl)
    lg.DestroyQDL(sut)


main()
