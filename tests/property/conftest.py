"""How hard the properties are tried.

The default is the same examples at every run, so that a verdict can be repeated. To search for new ones:
HYPOTHESIS_PROFILE=thorough python -m pytest tests/property --timeout=0
"""

import os

import pytest
from hypothesis import HealthCheck, settings

# So that a check which fails shows the figures that it compared.
for module in (
    "pricing_checks",
    "sequence_checks",
    "position_checks",
    "ledger_checks",
    "history_checks",
    "price_model",
):
    pytest.register_assert_rewrite(f"tests.property.{module}")

EXAMPLES = 80
STEPS = 40
NO_TIMING = (HealthCheck.too_slow,)
"""A slow machine is no fault of an example."""

settings.register_profile(
    "default",
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=NO_TIMING,
)
settings.register_profile(
    "thorough",
    max_examples=20 * EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    print_blob=True,
    suppress_health_check=NO_TIMING,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
