"""Sends what was signed beforehand over connections that stay open, as fast as it is answered.

python -m benchmarks.federating.load PORT CONNECTIONS FILE FIRST LAST
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that only has to be sent."""

    path: str
    headers: dict[str, str]
    body: str

    def to_line(self) -> bytes:
        return json.dumps([self.path, self.headers, self.body]).encode() + b"\n"

    @property
    def raw(self) -> bytes:
        body = self.body.encode()
        lines = [f"POST {self.path} HTTP/1.1", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _answer(reader: socket.SocketIO) -> int:
    """The status of one answer, which is read to its end."""
    status, length = int(reader.readline().split()[1]), 0
    while (line := reader.readline()) not in {b"\r\n", b""}:
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    if length:
        reader.read(length)
    return status


def _send(port: int, requests: list[bytes], statuses: Counter[int]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb")
        for request in requests:
            connection.sendall(request)
            statuses[_answer(reader)] += 1


def main(port: int, connections: int, path: str, first: int, last: int) -> None:
    lines = Path(path).read_bytes().splitlines()[first:last]
    requests = [Prepared(*json.loads(line)).raw for line in lines]
    counters: list[Counter[int]] = [Counter() for _ in range(connections)]
    threads = [
        threading.Thread(target=_send, args=(port, requests[number::connections], counter))
        for number, counter in enumerate(counters)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begun
    statuses = sum(counters, Counter())
    if statuses.total() < len(requests):
        sys.exit("a connection broke off")
    sys.stdout.write(json.dumps({"seconds": seconds, "statuses": dict(statuses)}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
