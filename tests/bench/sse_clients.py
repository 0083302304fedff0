"""Many clients of one stream, in a process of their own: sse_clients.py PORT TOKEN CLIENTS EVENTS SECONDS."""

import asyncio
import contextlib
import gc
import sys
import time
from array import array

import orjson

_MARK = b'"summary":"sent '
_LONGEST = len(_MARK) + 40
_BUFFER = memoryview(bytearray(256 * 1024))
"""What is read goes here: one place for all clients, for each is done with it before the next one reads."""


class Client(asyncio.BufferedProtocol):
    """Reads one stream and notes how late each event came."""

    def __init__(self, request: bytes, all_of: "All") -> None:
        self._request = request
        self._all = all_of
        self._rest = b""
        self._seen = bytearray(all_of.events)
        self._started = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def get_buffer(self, _: int) -> memoryview:
        return _BUFFER

    def buffer_updated(self, size: int) -> None:
        now = time.time_ns()
        text = self._rest + _BUFFER[:size]
        if not self._started and b"\nid: " in text:
            self._started = True
            self._all.start()
        end, at = 0, text.find(_MARK)
        while at >= 0:
            close = text.find(b'"', at + len(_MARK))
            if close < 0:
                break
            self._note(text[at + len(_MARK) : close], now)
            end, at = close, text.find(_MARK, close)
        self._rest = text[max(end, at, len(text) - _LONGEST) :]

    def _note(self, sent: bytes, now: int) -> None:
        number, at = map(int, sent.split())
        self._all.repeats += self._seen[number]
        if not self._seen[number]:
            self._all.note((now - at) // 1000)
        self._seen[number] = 1

    def connection_lost(self, error: Exception | None) -> None:
        self._all.lost += 1


class All:
    """What all clients have seen."""

    def __init__(self, clients: int, events: int) -> None:
        self.events = events
        self.lost = self.repeats = 0
        self.late = array("q")
        """Microseconds from sending to receiving, of all events of all clients."""
        self.ready, self.done = asyncio.Event(), asyncio.Event()
        self._clients = self._waiting = clients

    def start(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self.ready.set()

    def note(self, micros: int) -> None:
        self.late.append(micros)
        if len(self.late) == self._clients * self.events:
            self.done.set()


async def main(port: int, token: str, clients: int, events: int, seconds: float) -> None:
    seen = All(clients, events)
    head = f"Host: bench\r\nAuthorization: Bearer {token}"
    request = f"GET /v1/events/stream HTTP/1.1\r\n{head}\r\n\r\n".encode()
    for _ in range(clients):
        await asyncio.get_running_loop().create_connection(lambda: Client(request, seen), "127.0.0.1", port)
    await seen.ready.wait()
    gc.freeze()
    print("ready", flush=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(seen.done.wait(), seconds)
    late = sorted(seen.late)
    shares = {name: late[int(share * (len(late) - 1))] / 1000 for name, share in _SHARES.items() if late}
    figures = {"received": len(late), "repeats": seen.repeats, "lost": seen.lost, "ms": shares}
    figures["processor_seconds"] = round(time.process_time(), 1)
    sys.stdout.buffer.write(orjson.dumps(figures) + b"\n")


_SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "max": 1.0}

if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])))
