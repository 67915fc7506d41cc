"""A stream of bytes as the file that boto3 reads."""

from __future__ import annotations

from collections.abc import Iterable


class ChunkReader:
    """Reads what an iterable yields. `count` is the number of bytes that were read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = bytearray()
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, and fewer only at the end."""
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._rest += chunk
        wanted = len(self._rest) if size < 0 else size
        content = bytes(self._rest[:wanted])
        del self._rest[:wanted]
        self.count += len(content)
        return content
