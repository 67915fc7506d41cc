"""Uploads in parts, on S3: its multipart uploads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from heavylift.adapters.aws.clients import code_of, translate_throttling
from heavylift.errors import NotFound
from heavylift.ports.uploads import UploadedPart

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

NOT_OPEN = frozenset({"NoSuchUpload", "404"})


class S3Uploads:
    """One bucket. `presigner` signs the urls for clients; it may use another address of S3."""

    def __init__(self, client: S3Client, bucket: str, presigner: S3Client | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._presigner = presigner or client

    def begin_upload(self, key: str, media_type: str) -> str:
        with translate_throttling():
            begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=media_type)
        return begun["UploadId"]

    def presign_part(self, key: str, upload: str, number: int, *, size: int, seconds: int) -> str:
        # ContentLength is signed: S3 refuses a part of another size.
        where = {"Bucket": self._bucket, "Key": key, "UploadId": upload, "PartNumber": number}
        return self._presigner.generate_presigned_url(
            "upload_part", Params={**where, "ContentLength": size}, ExpiresIn=seconds
        )

    def list_parts(self, key: str, upload: str) -> list[UploadedPart]:
        try:
            with translate_throttling():
                pages = self._client.get_paginator("list_parts").paginate(
                    Bucket=self._bucket, Key=key, UploadId=upload
                )
                found = [part for page in pages for part in page.get("Parts", [])]
        except ClientError as error:
            raise _translate(error) from error
        return [UploadedPart(each["PartNumber"], each["Size"], each["ETag"]) for each in found]

    def complete_upload(self, key: str, upload: str, parts: Sequence[UploadedPart]) -> None:
        listed: list[CompletedPartTypeDef] = [
            {"PartNumber": part.number, "ETag": part.etag} for part in parts
        ]
        try:
            with translate_throttling():
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": listed}
                )
        except ClientError as error:
            raise _translate(error) from error

    def abort_upload(self, key: str, upload: str) -> None:
        try:
            with translate_throttling():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except ClientError as error:
            if code_of(error) not in NOT_OPEN:
                raise


def _translate(error: ClientError) -> Exception:
    return NotFound("The upload is not open.") if code_of(error) in NOT_OPEN else error
