"""Settings of mail: the server that takes it, and whom it comes from."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr, field_validator

from adapters.notify.message import Sender
from adapters.notify.smtp import SmtpServer, Tls

_PORTS = {Tls.STARTTLS: 587, Tls.TLS: 465, Tls.NONE: 25}


class MailSettings(BaseModel):
    """Settings of mail; without a server it is kept in a folder."""

    smtp_host: str | None = None
    smtp_port: int | None = Field(default=None, ge=1, le=65_535)
    smtp_tls: Tls = Tls.STARTTLS
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_ca_file: Path | None = None
    smtp_timeout_seconds: int = Field(default=8, ge=1, le=60)
    mail_from: str = "presage@localhost"

    @field_validator("mail_from")
    @classmethod
    def _address(cls, text: str) -> str:
        Sender.of(text)
        return text

    @property
    def mail_taken(self) -> Literal["server", "folder"]:
        """Where mail goes."""
        return "server" if self.smtp_host else "folder"

    @property
    def mail_sender(self) -> Sender:
        """Whom mail comes from."""
        return Sender.of(self.mail_from)

    @property
    def smtp_server(self) -> SmtpServer:
        """The server that takes mail. Raises Invalid."""
        password = self.smtp_password.get_secret_value() if self.smtp_password else None
        return SmtpServer(
            self.smtp_host or "",
            self.smtp_port or _PORTS[self.smtp_tls],
            self.mail_sender,
            self.smtp_tls,
            self.smtp_user,
            password,
            self.smtp_timeout_seconds,
            self.smtp_ca_file,
        )
