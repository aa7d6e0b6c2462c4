"""Tokens that are not written as tokens are, some of them with a true signature."""

import json
import zlib

from tests.identity.forge import Forge, encoded, written

HUGE = 9_000
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def parts(forge: Forge) -> list[str]:
    """A good token's header, payload and signature."""
    return forge.token().split(".")


def joined(*given: str) -> str:
    return ".".join(given)


def header(forge: Forge) -> bytes:
    return written(forge.header, {})


def payload(forge: Forge) -> bytes:
    return written(forge.claims, {})


def json_form(forge: Forge, *, general: bool = False) -> str:
    protected, claims, signature = parts(forge)
    signed = {"protected": protected, "signature": signature}
    return json.dumps({"payload": claims, **({"signatures": [signed]} if general else signed)})


def with_other_last_bits(forge: Forge) -> str:
    """The same bytes in another spelling: a bit of the last letter that carries nothing is set."""
    token = forge.token()
    return token[:-1] + BASE64[BASE64.index(token[-1]) ^ 1]


def in_the_middle(token: str, inserted: str) -> str:
    middle = len(token) // 2
    return token[:middle] + inserted + token[middle:]


FORM = {
    "empty": lambda _: "",
    "dots alone": lambda _: "..",
    "no dot": lambda _: "token",
    "word": lambda _: "null",
    "two parts": lambda forge: joined(*parts(forge)[:2]),
    "unsigned tail": lambda forge: joined(*parts(forge)[:2], ""),
    "empty header": lambda forge: joined("", *parts(forge)[1:]),
    "empty payload": lambda forge: joined(parts(forge)[0], "", parts(forge)[2]),
    "extra part": lambda forge: joined(*parts(forge), "x"),
    "empty extra part": lambda forge: forge.token() + ".",
    "JWE": lambda forge: joined(encoded(b'{"alg":"dir","enc":"A256GCM"}'), "", *parts(forge)),
    "JSON form": json_form,
    "general JSON form": lambda forge: json_form(forge, general=True),
    "space before": lambda forge: " " + forge.token(),
    "newline after": lambda forge: forge.token() + "\n",
    "space within": lambda forge: in_the_middle(forge.token(), " "),
    "newline within": lambda forge: in_the_middle(forge.token(), "\r\n"),
    "NUL within": lambda forge: in_the_middle(forge.token(), "\0"),
    "scheme before": lambda forge: "Bearer " + forge.token(),
    "two tokens": lambda forge: f"{forge.token()},{forge.token()}",
    "padded": lambda forge: joined(*(part + "=" * (-len(part) % 4 or 4) for part in parts(forge))),
    "plain base64": lambda forge: joined(encoded(header(forge)), "+/+/", parts(forge)[2]),
    "not base64": lambda forge: joined(parts(forge)[0], "!!!!", parts(forge)[2]),
    "base64 of impossible length": lambda forge: joined(parts(forge)[0], "AAAAA", parts(forge)[2]),
    "another spelling of base64": with_other_last_bits,
    "other letters": lambda forge: forge.token().replace("e", "\N{CYRILLIC SMALL LETTER IE}", 1),
    "wide dots": lambda forge: forge.token().replace(".", "\N{FULLWIDTH FULL STOP}"),
    "half a pair": lambda forge: in_the_middle(forge.token(), "\ud800"),
    "oversized": lambda forge: forge.token(pad="x" * HUGE),
    "oversized header": lambda forge: forge.token({"pad": "x" * HUGE}),
    "header that is a list": lambda forge: forge.signed(b'["HS256"]', payload(forge)),
    "header that is a string": lambda forge: forge.signed(b'"alg"', payload(forge)),
    "header that is null": lambda forge: forge.signed(b"null", payload(forge)),
    "header that is no JSON": lambda forge: forge.signed(b"{alg}", payload(forge)),
    "header with alg twice": lambda forge: forge.signed(b'{"alg":"none",' + header(forge)[1:], payload(forge)),
    "header so deep": lambda forge: forge.signed(b'{"x":' + b"[" * 3000, payload(forge)),
    "header not in UTF-8": lambda forge: forge.signed(b'{"alg":"\xff"}', payload(forge)),
    "payload that is a list": lambda forge: forge.signed(header(forge), b"[" + payload(forge) + b"]"),
    "payload that is a number": lambda forge: forge.signed(header(forge), b"1"),
    "payload that is null": lambda forge: forge.signed(header(forge), b"null"),
    "payload that is a token": lambda forge: forge.signed(
        written(forge.header, {"cty": "JWT"}), forge.token().encode()
    ),
    "payload that is no JSON": lambda forge: forge.signed(header(forge), b"sub=admin"),
    "payload with sub twice": lambda forge: forge.signed(header(forge), b'{"sub":"x",' + payload(forge)[1:]),
    "payload with exp twice": lambda forge: forge.signed(header(forge), b'{"exp":1,' + payload(forge)[1:]),
    "payload with more after it": lambda forge: forge.signed(header(forge), payload(forge) + b"{}"),
    "payload after a BOM": lambda forge: forge.signed(header(forge), b"\xef\xbb\xbf" + payload(forge)),
    "payload in UTF-16": lambda forge: forge.signed(header(forge), payload(forge).decode().encode("utf-16")),
    "payload not in UTF-8": lambda forge: forge.signed(header(forge), b'{"x":"\xff",' + payload(forge)[1:]),
    "payload so deep": lambda forge: forge.signed(header(forge), b'{"x":' + b"[" * 3000 + b"]" * 3000 + b"}"),
    "payload with an endless number": lambda forge: forge.signed(
        header(forge), b'{"x":' + b"9" * 5000 + b"," + payload(forge)[1:]
    ),
    "payload with NaN in it": lambda forge: forge.signed(header(forge), b'{"x":NaN,' + payload(forge)[1:]),
    "payload compressed": lambda forge: forge.signed(
        written(forge.header, {"zip": "DEF"}), zlib.compress(payload(forge), wbits=-15)
    ),
}
