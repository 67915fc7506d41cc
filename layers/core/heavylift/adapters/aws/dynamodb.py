"""The Table port on DynamoDB."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from heavylift.adapters.aws.clients import code_of, translate_throttling
from heavylift.adapters.aws.expressions import (
    Expression,
    id_of_write,
    item_from_wire,
    item_to_wire,
    key_condition,
    projection,
    to_wire,
)
from heavylift.errors import Throttled
from heavylift.ports.table import PRIMARY, Change, ConditionFailed, Create, Index, IndexPage, Item, Key, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

MAX_CONFLICT_TRIES = 12
CONFLICTS = frozenset({"TransactionConflictException", "TransactionInProgressException"})
"""Error codes of a write that met another transaction; boto3 does not repeat the first."""
PASSING_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
"""Reasons for which a canceled transaction is repeated."""
Wire = dict[str, Any]
"""An item in DynamoDB's typed form."""
JITTER = random.SystemRandom()
"""After a restore from a snapshot, `random` would give every process the same pauses."""


class DynamoTable:
    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Key) -> Item | None:
        found = self._get_wire(key)
        return None if found is None else item_from_wire(found)

    def _get_wire(self, key: Key) -> Wire | None:
        with translate_throttling():
            found = self._client.get_item(
                TableName=self._name, Key=item_to_wire(key._asdict()), ConsistentRead=True
            )
        return found.get("Item")

    def get_many(self, keys: Sequence[Key], *, only: tuple[str, ...] = ()) -> dict[Key, Item]:
        wanted = [item_to_wire(key._asdict()) for key in keys]
        found: list[Item] = []
        for attempt in range(MAX_CONFLICT_TRIES):
            if not wanted:
                return {Key(item["pk"], item["sk"]): item for item in found}
            if attempt:  # the table gave a part: the answer was too large, or it is throttled
                _pause_after_conflict(attempt - 1)
            how = {"ConsistentRead": True, **(projection(("pk", "sk", *only)) if only else {})}
            asked: Any = {self._name: {"Keys": wanted, **how}}
            with translate_throttling():
                answer = self._client.batch_get_item(RequestItems=asked)
            found += [item_from_wire(wire) for wire in answer["Responses"].get(self._name, [])]
            rest: Any = answer["UnprocessedKeys"].get(self._name)
            wanted = rest["Keys"] if rest else []
        raise Throttled("The table is busy; try again shortly.")

    def update(self, change: Change) -> Item:
        return item_from_wire(self._write_one(change))

    def create(self, item: Item) -> None:
        self._write_one(Create(item))

    def _write_one(self, write: Write) -> Wire:
        """Write one item and return it in DynamoDB's form. It is refused while a transaction has the item.

        It is also refused if boto3 sent it twice, as the answer of the first was lost: then it has been made.
        """
        write_id = _new_id()
        for attempt in range(MAX_CONFLICT_TRIES):
            try:
                with translate_throttling():
                    return self._call(write, write_id)
            except ClientError as error:
                if code_of(error) == "ConditionalCheckFailedException":
                    there = self._find_refusing(write, error.response.get("Item"))
                    if there is not None and id_of_write(there) == write_id:
                        return there
                    raise _condition_failed(write, there) from error
                if code_of(error) not in CONFLICTS:
                    raise
            _pause_after_conflict(attempt)
        raise _too_many_writers()

    def _call(self, write: Write, write_id: str) -> Wire:
        parameters = Expression(write, write_id).parameters
        if isinstance(write, Create):
            self._client.put_item(
                TableName=self._name, ReturnValuesOnConditionCheckFailure="ALL_OLD", **parameters
            )
            created: Wire = parameters["Item"]
            return created
        return self._client.update_item(
            TableName=self._name,
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **parameters,
        )["Attributes"]

    def transact(self, *writes: Write) -> None:
        items = [self._transaction_item(write) for write in writes]
        token = _new_id()
        for attempt in range(MAX_CONFLICT_TRIES):
            try:
                with translate_throttling():
                    self._client.transact_write_items(TransactItems=items, ClientRequestToken=token)
            except ClientError as error:
                if code_of(error) not in ("TransactionCanceledException", *CONFLICTS):
                    raise
                self._raise_if_condition_failed(writes, error)
                if code_of(error) not in CONFLICTS:
                    token = _new_id()  # it was not made; else an earlier try with this token may be under way
            else:
                return
            _pause_after_conflict(attempt)
        raise _too_many_writers()

    def _transaction_item(self, write: Write) -> Any:
        verb = "Put" if isinstance(write, Create) else "Update"
        return {
            verb: {
                "TableName": self._name,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                **Expression(write).parameters,
            }
        }

    def _raise_if_condition_failed(self, writes: tuple[Write, ...], error: ClientError) -> None:
        if code_of(error) in CONFLICTS:
            return
        reasons: list[Any] = error.response.get("CancellationReasons", [])
        for write, reason in zip(writes, reasons, strict=True):
            if reason.get("Code") == "ConditionalCheckFailed":
                raise _condition_failed(write, self._find_refusing(write, reason.get("Item"))) from error
        if not any(reason.get("Code") in PASSING_REASONS for reason in reasons):
            raise error

    def _find_refusing(self, write: Write, wire: Any) -> Wire | None:
        # Some emulators do not return the item that failed the condition.
        return wire or self._get_wire(write.key)

    def list_children(self, pk: str, prefix: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": to_wire(pk), ":prefix": to_wire(prefix)},
        )
        with translate_throttling():
            for page in pages:
                yield from (item_from_wire(wire) for wire in page["Items"])

    def query(
        self,
        index: Index,
        partition: str,
        *,
        since: float | str | None = None,
        up_to: float | str | None = None,
        newest_first: bool = False,
        limit: int = 100,
        cursor: Item | None = None,
        only: tuple[str, ...] = (),
    ) -> IndexPage:
        where: dict[str, Any] = key_condition(index, partition, since, up_to)
        if only:
            chosen = projection(only)
            where["ExpressionAttributeNames"] |= chosen.pop("ExpressionAttributeNames")
            where |= chosen
        if index != PRIMARY:
            where["IndexName"] = index.name
        if cursor:
            where["ExclusiveStartKey"] = item_to_wire(cursor)
        with translate_throttling():
            found = self._client.query(
                TableName=self._name,
                ScanIndexForward=not newest_first,
                Limit=limit,
                **where,
            )
        last = found.get("LastEvaluatedKey")
        return IndexPage(
            [item_from_wire(wire) for wire in found["Items"]], item_from_wire(last) if last else None
        )


def _condition_failed(write: Write, wire: Wire | None) -> ConditionFailed:
    return ConditionFailed(write.key, item_from_wire(wire) if wire else None)


def _new_id() -> str:
    return secrets.token_urlsafe(9)


def _pause_after_conflict(attempt: int) -> None:
    """Wait until the other transaction has ended: usually one on the record of a fanned-out job."""
    time.sleep(JITTER.uniform(0, min(1.0, 0.02 * 2**attempt)))


def _too_many_writers() -> Throttled:
    return Throttled("Many workers are writing to the same job; try again shortly.")
