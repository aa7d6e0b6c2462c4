"""How hard the properties are tried.

The default is the same examples at every run, so that a verdict can be repeated. To search for new ones:
HYPOTHESIS_PROFILE=thorough python -m pytest tests/property --timeout=0
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

# So that a check which fails shows the figures that it compared.
pytest.register_assert_rewrite("tests.property.pricing_checks", "tests.property.ledger_checks")

EXAMPLES = 100
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
