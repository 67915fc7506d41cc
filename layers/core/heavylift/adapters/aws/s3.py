"""The ObjectStore port on S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from s3transfer.manager import TransferManager

from heavylift.adapters.aws.chunks import ChunkReader
from heavylift.adapters.aws.clients import code_of, translate_throttling
from heavylift.adapters.aws.s3_uploads import S3Uploads
from heavylift.errors import NotFound, Throttled
from heavylift.ports.objects import CHUNK_BYTES, ObjectChanged, StoredObject

MEGABYTE = 1024 * 1024
PART_THRESHOLD = 64 * MEGABYTE
TRANSFER = TransferConfig(multipart_chunksize=16 * MEGABYTE, max_concurrency=4)
STREAM = TransferConfig(multipart_threshold=CHUNK_BYTES, multipart_chunksize=CHUNK_BYTES, max_concurrency=4)
"""A stream has at most ten parts in memory."""
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
CHANGED = frozenset({"412", "PreconditionFailed"})


class ConditionalTransfer(TransferManager):
    """boto3's transfers, which read a large object in several requests. Each may have an IfMatch."""

    ALLOWED_DOWNLOAD_ARGS = [*TransferManager.ALLOWED_DOWNLOAD_ARGS, "IfMatch"]  # noqa: RUF012 - as the base has it


class S3Objects(S3Uploads):
    """One bucket."""

    def put(self, key: str, source: bytes | Path, media_type: str) -> None:
        with translate_throttling():
            if isinstance(source, bytes):
                self._client.put_object(Bucket=self._bucket, Key=key, Body=source, ContentType=media_type)
                return
            if source.stat().st_size > PART_THRESHOLD:
                self._put_in_parts(key, source, media_type)
                return
            with source.open("rb") as body:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=media_type)

    def _put_in_parts(self, key: str, source: Path, media_type: str) -> None:
        """Send a large file in parts: after a fault only one part is sent again, and not the whole file."""
        try:
            self._client.upload_file(
                str(source), self._bucket, key, ExtraArgs={"ContentType": media_type}, Config=TRANSFER
            )
        except S3UploadFailedError as error:
            raise (error.__context__ or error) from None

    def put_chunks(self, key: str, chunks: Iterable[bytes], media_type: str) -> int:
        reader = ChunkReader(chunks)
        with translate_throttling():
            self._client.upload_fileobj(
                cast("IO[bytes]", reader),
                self._bucket,
                key,
                ExtraArgs={"ContentType": media_type},
                Config=STREAM,
            )
        return reader.count

    def read(self, key: str) -> bytes:
        return self._get(key)

    def read_chunks(self, key: str) -> Iterator[bytes]:
        start, size, etag = 0, CHUNK_BYTES, None
        while start < size:
            wanted = f"bytes={start}-{start + CHUNK_BYTES - 1}"
            content, answer = self._fetch(key, Range=wanted, **_if_match(etag))
            if not content:
                return
            yield content
            start, size, etag = start + CHUNK_BYTES, _size_of(answer["ContentRange"]), answer["ETag"]

    def read_beginning(self, key: str, length: int, *, etag: str | None = None) -> bytes:
        return self._get(key, Range=f"bytes=0-{length - 1}", **_if_match(etag))

    def _get(self, key: str, **options: Any) -> bytes:
        return self._fetch(key, **options)[0]

    def _fetch(self, key: str, **options: Any) -> tuple[bytes, Mapping[str, Any]]:
        """Return the content and the rest of the answer, which is empty for an empty object."""
        try:
            with translate_throttling():
                answer = self._client.get_object(Bucket=self._bucket, Key=key, **options)
                return answer["Body"].read(), answer
        except ClientError as error:
            if code_of(error) == "InvalidRange":  # an empty object has no first byte
                return b"", {}
            raise _translate(error) from error

    def download(self, key: str, path: Path, *, etag: str | None = None) -> None:
        try:
            with translate_throttling(), ConditionalTransfer(self._client, TRANSFER) as transfer:
                transfer.download(self._bucket, key, str(path), extra_args=_if_match(etag)).result()
        except ClientError as error:
            raise _translate(error) from error

    def head(self, key: str) -> StoredObject | None:
        try:
            with translate_throttling():
                found = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise
        media_type = found.get("ContentType", "application/octet-stream")
        return StoredObject(key, found["ContentLength"], media_type, found["ETag"])

    def copy(self, source: str, key: str, *, etag: str | None = None) -> None:
        unchanged: Any = {} if etag is None else {"CopySourceIfMatch": etag}
        try:
            with translate_throttling():
                self._client.copy_object(
                    Bucket=self._bucket,
                    Key=key,
                    CopySource={"Bucket": self._bucket, "Key": source},
                    **unchanged,
                )
        except ClientError as error:
            raise _translate(error) from error

    def delete(self, key: str) -> None:
        with translate_throttling():
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def delete_below(self, prefix: str) -> None:
        with translate_throttling():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                keys = [{"Key": each["Key"]} for each in page.get("Contents", [])]
                if keys:
                    self._delete_many(keys)

    def _delete_many(self, keys: list[Any]) -> None:
        answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})
        if failed := answer.get("Errors"):
            raise Throttled(f"{len(failed)} of {len(keys)} objects could not be deleted; try again shortly.")

    def signed_until(self, wanted_until: float) -> float:
        # botocore has no public way to the credentials of a client; None: they do not end.
        credentials = self._presigner._request_signer._credentials  # type: ignore[attr-defined]  # noqa: SLF001
        if credentials is None:
            return wanted_until
        credentials.get_frozen_credentials()  # renews them first, if they are about to end
        ends_at = getattr(credentials, "_expiry_time", None)
        return wanted_until if ends_at is None else min(wanted_until, ends_at.timestamp())

    def presign_get(self, key: str, *, filename: str, media_type: str, seconds: int) -> str:
        return self._presign("get_object", key, filename, media_type, seconds)

    def presign_head(self, key: str, *, filename: str, media_type: str, seconds: int) -> str:
        return self._presign("head_object", key, filename, media_type, seconds)

    def _presign(self, method: str, key: str, filename: str, media_type: str, seconds: int) -> str:
        return self._presigner.generate_presigned_url(
            method,
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentType": media_type,
                "ResponseContentDisposition": f"inline; filename*=UTF-8''{quote(filename)}",
            },
            ExpiresIn=seconds,
        )

    def presign_post(self, key: str, *, media_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
        return self._presigner.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": media_type},
            Conditions=[["content-length-range", 1, max_bytes], {"Content-Type": media_type}],
            ExpiresIn=seconds,
        )


def _translate(error: ClientError) -> Exception:
    if code_of(error) in MISSING:
        return NotFound("The object does not exist.")
    if code_of(error) in CHANGED:
        return ObjectChanged()
    return error


def _size_of(content_range: str) -> int:
    """Return the size of the whole object: `bytes 0-99/1234`."""
    return int(content_range.rpartition("/")[2])


def _if_match(etag: str | None) -> dict[str, str]:
    return {} if etag is None else {"IfMatch": etag}
