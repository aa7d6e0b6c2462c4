"""Tokens with a true signature that claim what does not hold, or do not claim what they must."""

from tests.identity.forge import ABSENT, Forge, written

DAY = 86_400
MORE_THAN_LEEWAY = 11


def raw(forge: Forge, name: str, text: str) -> str:
    """A claim as it is written, which no library would write."""
    rest = written(forge.claims, {name: ABSENT})
    return forge.signed(written(forge.header, {}), f'{{"{name}":{text},'.encode() + rest[1:])


CLAIMS = {
    "exp absent": lambda forge: forge.token(exp=ABSENT),
    "aud absent": lambda forge: forge.token(aud=ABSENT),
    "iss absent": lambda forge: forge.token(iss=ABSENT),
    "sub absent": lambda forge: forge.token(sub=ABSENT),
    "nothing claimed": lambda forge: forge.signed(written(forge.header, {}), b"{}"),
    "iss of another": lambda forge: forge.token(iss="https://stranger.example"),
    "iss empty": lambda forge: forge.token(iss=""),
    "iss null": lambda forge: forge.token(iss=None),
    "iss a list": lambda forge: forge.token(iss=[forge.claims["iss"]]),
    "iss in capitals": lambda forge: forge.token(iss=str(forge.claims["iss"]).upper()),
    "iss and a slash": lambda forge: forge.token(iss=f"{forge.claims['iss']}/"),
    "iss as a beginning": lambda forge: forge.token(iss=f"{forge.claims['iss']}.stranger.example"),
    "iss cut": lambda forge: forge.token(iss=str(forge.claims["iss"])[:-1]),
    "aud of another": lambda forge: forge.token(aud="another"),
    "aud empty": lambda forge: forge.token(aud=""),
    "aud null": lambda forge: forge.token(aud=None),
    "aud a list without ours": lambda forge: forge.token(aud=["another", "account"]),
    "aud an empty list": lambda forge: forge.token(aud=[]),
    "aud a list in a list": lambda forge: forge.token(aud=[[forge.claims["aud"]]]),
    "aud a list with a number": lambda forge: forge.token(aud=[forge.claims["aud"], 1]),
    "aud an object": lambda forge: forge.token(aud={str(forge.claims["aud"]): True}),
    "aud a part": lambda forge: forge.token(aud=str(forge.claims["aud"])[:3]),
    "aud around ours": lambda forge: forge.token(aud=f"x{forge.claims['aud']}x"),
    "aud in capitals": lambda forge: forge.token(aud=str(forge.claims["aud"]).upper()),
    "exp long ago": lambda forge: forge.token(exp=forge.seconds - DAY),
    "exp just ago": lambda forge: forge.token(exp=forge.seconds - MORE_THAN_LEEWAY),
    "exp at the leeway's end": lambda forge: forge.token(exp=forge.seconds - MORE_THAN_LEEWAY + 1),
    "exp a string": lambda forge: forge.token(exp=str(forge.seconds + DAY)),
    "exp huge": lambda forge: forge.token(exp=1e300),
    "exp an endless integer": lambda forge: forge.token(exp=10**400),
    "exp in milliseconds": lambda forge: forge.token(exp=(forge.seconds + DAY) * 1000),
    "exp beyond floats": lambda forge: raw(forge, "exp", "1e999"),
    "exp Infinity": lambda forge: raw(forge, "exp", "Infinity"),
    "exp NaN": lambda forge: raw(forge, "exp", "NaN"),
    "exp negative": lambda forge: forge.token(exp=-1),
    "exp negative and huge": lambda forge: forge.token(exp=-1e300),
    "exp zero": lambda forge: forge.token(exp=0),
    "exp true": lambda forge: forge.token(exp=True),
    "exp null": lambda forge: forge.token(exp=None),
    "exp a list": lambda forge: forge.token(exp=[forge.seconds + DAY]),
    "exp an object": lambda forge: forge.token(exp={}),
    "iat to come": lambda forge: forge.token(iat=forge.seconds + MORE_THAN_LEEWAY),
    "iat a day to come": lambda forge: forge.token(iat=forge.seconds + DAY),
    "iat a string": lambda forge: forge.token(iat="yesterday"),
    "iat digits": lambda forge: forge.token(iat=str(forge.seconds)),
    "iat negative": lambda forge: forge.token(iat=-1),
    "iat null": lambda forge: forge.token(iat=None),
    "nbf to come": lambda forge: forge.token(nbf=forge.seconds + MORE_THAN_LEEWAY),
    "nbf a day to come": lambda forge: forge.token(nbf=forge.seconds + DAY),
    "nbf a string": lambda forge: forge.token(nbf=str(forge.seconds)),
    "nbf null": lambda forge: forge.token(nbf=None),
    "nbf NaN": lambda forge: raw(forge, "nbf", "NaN"),
    "sub empty": lambda forge: forge.token(sub=""),
    "sub null": lambda forge: forge.token(sub=None),
    "sub a number": lambda forge: forge.token(sub=1),
    "sub true": lambda forge: forge.token(sub=True),
    "sub a list": lambda forge: forge.token(sub=[forge.claims["sub"]]),
    "sub an object": lambda forge: forge.token(sub={"$ne": None}),
    "sub oversized": lambda forge: forge.token(sub="s" * 256),
    "sub and a NUL": lambda forge: forge.token(sub=f"{forge.claims['sub']}\0"),
    "sub and a newline": lambda forge: forge.token(sub=f"{forge.claims['sub']}\n"),
    "sub and nothing to see": lambda forge: forge.token(sub=f"{forge.claims['sub']}\N{ZERO WIDTH SPACE}"),
    "sub in wide letters": lambda forge: forge.token(sub="\N{FULLWIDTH LATIN SMALL LETTER A}dmin"),
    "sub read backwards": lambda forge: forge.token(sub=f"\N{RIGHT-TO-LEFT OVERRIDE}{forge.claims['sub']}"),
    "sub of half a pair": lambda forge: raw(forge, "sub", r'"\ud800"'),
    "typ of an ID token": lambda forge: forge.token({"typ": "id+jwt"}),
    "typ of a refresh token": lambda forge: forge.token({"typ": "rt+jwt"}),
    "typ of a logout token": lambda forge: forge.token({"typ": "logout+jwt"}),
    "typ of a proof of possession": lambda forge: forge.token({"typ": "dpop+jwt"}),
    "typ empty": lambda forge: forge.token({"typ": ""}),
    "typ a list": lambda forge: forge.token({"typ": ["JWT"]}),
    "ID token": lambda forge: forge.token(at_hash="77QmUPtjPfzWtF2AnpK9RQ"),
    "ID token of a hybrid flow": lambda forge: forge.token(c_hash="LDktKdoQak3Pk0cnXxCltA"),
    "refresh token of Keycloak": lambda forge: forge.token(typ="Refresh"),
    "ID token of Keycloak": lambda forge: forge.token(typ="ID"),
    "logout token": lambda forge: forge.token(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
    "public key of a Supabase project": lambda forge: forge.signed(
        written(forge.header, {}), written({"iss": "supabase", "role": "anon", "exp": forge.seconds + DAY}, {})
    ),
    "service key of a Supabase project": lambda forge: forge.token(sub=ABSENT, role="service_role"),
    "guest of a Supabase project": lambda forge: forge.token(is_anonymous=True),
}

USER_IDS = {
    "iat absent": lambda forge: forge.token(iat=ABSENT),
    "sub a name": lambda forge: forge.token(sub="admin"),
    "sub in another spelling": lambda forge: forge.token(sub=f"{{{forge.claims['sub']}}}"),
    "sub without dashes": lambda forge: forge.token(sub=str(forge.claims["sub"]).replace("-", "")),
    "sub as a URN": lambda forge: forge.token(sub=f"urn:uuid:{forge.claims['sub']}"),
    "kid of any kind": lambda forge: forge.token({"kid": "k"}),
    "typ absent": lambda forge: forge.token({"typ": ABSENT}),
    "typ of any token": lambda forge: forge.token({"typ": "JWT"}),
}
"""Where subjects are ids of users and headers are known to the letter: for tokens of our own."""
