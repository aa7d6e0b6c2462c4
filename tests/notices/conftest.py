"""Mail servers of three kinds, one of each for all tests."""

from collections.abc import Iterator

import pytest

from adapters.notify.templates import JinjaTemplates
from tests.notices.post_office import Certificate, PostOffice, certificate, post_office

USER, PASSWORD = "presage", "pass word é"


@pytest.fixture(scope="session")
def templates() -> JinjaTemplates:
    return JinjaTemplates()


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    """Takes mail from anybody, in the clear."""
    with post_office(tmp_path_factory.mktemp("plain") / "mail") as office:
        yield office


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory, own_certificate: Certificate) -> Iterator[PostOffice]:
    """Takes mail after STARTTLS, from one user."""
    options = ["--certificate", str(own_certificate.path), "--key", str(own_certificate.key)]
    login = ["--user", USER, "--password", PASSWORD]
    with post_office(tmp_path_factory.mktemp("guarded") / "mail", "--tls", "starttls", *options, *login) as office:
        yield office


@pytest.fixture(scope="session")
def encrypted(tmp_path_factory: pytest.TempPathFactory, own_certificate: Certificate) -> Iterator[PostOffice]:
    """Speaks TLS from the first byte on."""
    options = ["--certificate", str(own_certificate.path), "--key", str(own_certificate.key)]
    with post_office(tmp_path_factory.mktemp("encrypted") / "mail", "--tls", "tls", *options) as office:
        yield office
