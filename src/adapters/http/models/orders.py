"""The forms of an order: which fields make which instruction."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from typing import Any, ClassVar, Self

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from adapters.http.models.base import Request
from adapters.http.models.fields import MicroUnits, OutcomeName, refuse
from domain.trading.ledger import Action
from domain.trading.orders import Buy, BuyShares, CloseOut, Instruction, Merge, Mint, Sell, SellFor

Forms = Mapping[tuple[Action, str], type[Instruction]]

PRICED: Forms = {
    (Action.BUY, "amount"): Buy,
    (Action.BUY, "shares"): BuyShares,
    (Action.SELL, "shares"): Sell,
    (Action.SELL, "amount"): SellFor,
}
"""By action and by what is given; the instruction's own fields are those of the request."""

TRADES: Forms = {
    **PRICED,
    (Action.MINT, "amount"): Mint,
    (Action.MERGE, "amount"): Merge,
    (Action.NET_SELL, ""): CloseOut,
}

_NEEDS = {kind: {field.name: field.default is MISSING for field in fields(kind)} for kind in TRADES.values()}
"""The fields of each instruction, and whether it cannot do without."""

_FIELDS = sorted({name for names in _NEEDS.values() for name in names})


def _form_schema(
    properties: Mapping[str, JsonSchemaValue],
    required: Collection[str],
    action: Action,
    measure: str,
    needs: Mapping[str, bool],
) -> JsonSchemaValue:
    """What one form takes: what all orders have, and the fields of its instruction."""
    ours = {name: name for name in properties} | {to_camel(name): name for name in _FIELDS}
    fields = {name: schema for name, schema in properties.items() if name in needs or ours[name] in needs}
    common = {name: schema for name, schema in properties.items() if ours[name] not in _FIELDS and name != "action"}
    needed = [name for name in (*common, *fields) if name in required or needs.get(ours[name])]
    return {
        "title": f"{action} by {measure}" if measure else str(action),
        "type": "object",
        "properties": {"action": {"const": str(action)}, **common, **_not_null(fields, needed)},
        "required": ["action", *needed],
        "additionalProperties": False,
    }


def _not_null(fields: Mapping[str, JsonSchemaValue], needed: Collection[str]) -> dict[str, JsonSchemaValue]:
    """Fields that the form cannot do without are not null in it."""
    return {name: schema["anyOf"][0] if name in needed else schema for name, schema in fields.items()}


def actions_of(forms: Forms) -> list[Action]:
    """The actions that have a form."""
    return list(dict.fromkeys(action for action, _ in forms))


class OrderForm(Request):
    """The fields common to quotes and trades, which must fit one of the model's `forms`."""

    forms: ClassVar[Forms] = PRICED

    action: Action
    outcome: OutcomeName | None = None
    amount: MicroUnits | None = None
    shares: MicroUnits | None = None

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """One alternative for each form, so that a reader and a generator see which fields go together."""
        whole = handler.resolve_ref_schema(handler(core))
        fields = whole.pop("properties"), whole.pop("required")
        whole["oneOf"] = [_form_schema(*fields, *form, _NEEDS[kind]) for form, kind in cls.forms.items()]
        del whole["type"], whole["additionalProperties"]
        return whole

    @model_validator(mode="after")
    def _fits_a_form(self) -> Self:
        needs, given = _NEEDS[self._kind()], self._given()
        for name, needed in needs.items():
            if needed and name not in given:
                raise refuse("FIELD_MISSING", f"Give {name} for {self.action}.", name)
        for name in given:
            if name not in needs:
                raise refuse("FIELD_UNFIT", f"Leave out {to_camel(name)}; {self._form()} has none.", to_camel(name))
        return self

    def _instruction(self) -> Any:
        """The instruction that the fields make."""
        return self._kind()(**self._given())

    def _kind(self) -> type[Instruction]:
        measures = [name for name in ("amount", "shares") if getattr(self, name) is not None]
        kind = self.forms.get((self.action, "".join(measures)))
        if kind is None:
            raise refuse("ORDER_FORM", self._advice(), "amount")
        return kind

    def _given(self) -> dict[str, Any]:
        """The fields of an instruction that were given."""
        values = self.__dict__
        return {name: values[name] for name in _FIELDS if values.get(name) is not None}

    def _form(self) -> str:
        measure = "amount" if self.amount is not None else "shares"
        return f"{self.action} by {measure}" if (self.action, measure) in self.forms else str(self.action)

    def _advice(self) -> str:
        measures = [measure for action, measure in self.forms if action is self.action]
        if len(measures) > 1:
            return f"Give either amount or shares for {self.action}."
        return f"Give {measures[0] or 'neither amount nor shares'} for {self.action}."
