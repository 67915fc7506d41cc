"""Translate the writes of `ports/table.py` into DynamoDB's expressions. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from heavylift.ports.table import AnyOf, Change, Condition, Create, Index, Is, Item, Write, normalize_number

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


WRITE_ID = "write_id"
"""The attribute with the id of the item's last single write. It is in the table alone: no `Item` has it.

boto3 sends a write again if the answer was lost. The table refuses a write whose id is in the item already,
so the adapter knows that the first one had its effect. Transactions have DynamoDB's own token for this.
"""


def to_wire(value: Any) -> Any:
    """Return a value in DynamoDB's typed form. Floats keep their shortest decimal form."""
    return _serialize(_to_decimals(value))


def item_to_wire(item: Item) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in item.items()}


def item_from_wire(wire: dict[str, Any]) -> Item:
    return {name: normalize_number(_deserialize(value)) for name, value in wire.items() if name != WRITE_ID}


def id_of_write(wire: dict[str, Any]) -> str | None:
    """Return the id of the last single write of an item in DynamoDB's form."""
    written = wire.get(WRITE_ID)
    return str(written["S"]) if written else None


def _to_decimals(value: Any) -> Any:
    match value:
        case float():
            return Decimal(repr(value))
        case dict():
            return {name: _to_decimals(each) for name, each in value.items()}
        case list() | tuple():
            return [_to_decimals(each) for each in value]
        case str():
            return str(value)  # an enum's member becomes its value
        case _:
            return value


def key_condition(
    index: Index, partition: str, since: float | str | None, up_to: float | str | None
) -> dict[str, Any]:
    """Return the parameters of a query: a partition of the index, and the bounds of its sort attribute."""
    bounds = {":since": since, ":up_to": up_to}
    given = {name: to_wire(value) for name, value in bounds.items() if value is not None}
    condition = {
        (): "",
        (":since",): " AND #sort >= :since",
        (":up_to",): " AND #sort <= :up_to",
        (":since", ":up_to"): " AND #sort BETWEEN :since AND :up_to",
    }[tuple(given)]
    return {
        "KeyConditionExpression": "#partition = :partition" + condition,
        "ExpressionAttributeNames": {
            "#partition": index.partition,
            **({"#sort": index.sort} if given else {}),
        },
        "ExpressionAttributeValues": {":partition": to_wire(partition), **given},
    }


def projection(names: tuple[str, ...]) -> dict[str, Any]:
    """Return the parameters of a read that returns these attributes only."""
    placeholders = {f"#only_{name}": name for name in names}
    return {"ProjectionExpression": ", ".join(placeholders), "ExpressionAttributeNames": placeholders}


class Expression:
    """The parameters of one write; collects the names and values of its expressions."""

    def __init__(self, write: Write, write_id: str | None = None) -> None:
        """`write_id`: of a single write, which is not made twice. None in a transaction."""
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self._write_id = write_id
        if isinstance(write, Create):
            self.parameters: dict[str, Any] = {
                "Item": item_to_wire({**write.item, **self._mark()}),
                "ConditionExpression": f"attribute_not_exists({self._name('pk')})",
            }
        else:
            self.parameters = {"Key": item_to_wire(write.key._asdict()), **self._update(write)}
        self.parameters["ExpressionAttributeNames"] = self.names
        if self.values:
            self.parameters["ExpressionAttributeValues"] = self.values

    def _update(self, change: Change) -> dict[str, str]:
        new = {**change.set, **self._mark()}
        sets = [f"{self._name(name)} = {self._value(value)}" for name, value in new.items()]
        for name, value in change.default.items():
            sets.append(f"{self._name(name)} = if_not_exists({self._name(name)}, {self._value(value)})")
        for name, values in change.append.items():
            old = f"if_not_exists({self._name(name)}, {self._value([])})"
            sets.append(f"{self._name(name)} = list_append({old}, {self._value(values)})")
        clauses = [f"SET {', '.join(sets)}"] if sets else []
        if change.add:
            adds = (f"{self._name(name)} {self._value(amount)}" for name, amount in change.add.items())
            clauses.append(f"ADD {', '.join(adds)}")
        if change.remove:
            clauses.append(f"REMOVE {', '.join(self._name(name) for name in change.remove)}")
        conditions = [self._condition(each) for each in change.when]
        if not change.upsert:
            conditions.append(f"attribute_exists({self._name('pk')})")
        if self._write_id is not None:
            conditions.append(f"{self._name(WRITE_ID)} <> {self._value(self._write_id)}")
        written = {"UpdateExpression": " ".join(clauses)}
        return {**written, "ConditionExpression": " AND ".join(conditions)} if conditions else written

    def _mark(self) -> dict[str, str]:
        return {} if self._write_id is None else {WRITE_ID: self._write_id}

    def _condition(self, condition: Condition) -> str:
        if isinstance(condition, AnyOf):
            return f"({' OR '.join(self._condition(each) for each in condition.conditions)})"
        return self._comparison(condition)

    def _comparison(self, condition: Is) -> str:
        name = self._name(condition.attribute)
        match condition.operator:
            case "exists":
                return f"attribute_exists({name})"
            case "missing":
                return f"attribute_not_exists({name})"
            case "in":
                return f"{name} IN ({', '.join(self._value(each) for each in condition.value)})"
            case operator:
                return f"{name} {operator} {self._value(condition.value)}"

    def _name(self, attribute: str) -> str:
        """Return a placeholder for the name: many of our names are reserved words in DynamoDB."""
        placeholder = f"#{attribute}"
        self.names[placeholder] = attribute
        return placeholder

    def _value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = to_wire(value)
        return placeholder
