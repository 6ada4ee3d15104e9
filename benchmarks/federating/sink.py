"""Two thousand servers in one process: takes every POST on any loopback address, and counts.

    python -m benchmarks.federating.sink PORT

`GET /counts` tells how often each inbox was asked, and forgets it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter

_TAKEN = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"
_counts: Counter[str] = Counter()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode("latin-1").split("\r\n")
            fields = {
                name.lower(): value.strip()
                for name, _colon, value in (line.partition(":") for line in lines)
            }
            if length := int(fields.get("content-length", "0")):
                await reader.readexactly(length)
            writer.write(_answer(first, fields))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _answer(first: str, fields: dict[str, str]) -> bytes:
    method, path, _version = first.split()
    if method == "POST":
        _counts[fields.get("host", "") + path] += 1
        return _TAKEN
    body = json.dumps(_counts).encode()
    _counts.clear()
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


async def _main(port: int) -> None:
    server = await asyncio.start_server(_serve, "0.0.0.0", port, backlog=1024)  # noqa: S104 - all of loopback
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
