"""What must never get past: each attack makes a token of what a forge knows, the issuer's key included.

A forge signs as the issuer would, so that an attack differs from a good token in one thing only.
"""

from collections.abc import Callable

from tests.identity.attacks_on_claims import CLAIMS, USER_IDS
from tests.identity.attacks_on_form import FORM
from tests.identity.attacks_on_signatures import KEY_IDS, SIGNATURES
from tests.identity.forge import Forge

Attack = Callable[[Forge], str]

ATTACKS: dict[str, Attack] = {**FORM, **SIGNATURES, **CLAIMS}
"""On any verifier."""

LOCAL_ATTACKS: dict[str, Attack] = {**ATTACKS, **USER_IDS}
"""On the tokens of an exchange that signs them itself."""

OIDC_ATTACKS: dict[str, Attack] = {**ATTACKS, **KEY_IDS}
"""On the tokens of an issuer that publishes its keys."""

EXPIRED = {"exp long ago", "exp just ago", "exp at the leeway's end", "exp zero"}
"""Those that were good once, and are told so."""
