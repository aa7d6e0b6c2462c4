"""Settings of webhooks: where the exchange may send to on its users' word."""

from pydantic import BaseModel

from application.jobs.webhooks.addresses import WebhookRules


class WebhookSettings(BaseModel):
    """Both are for receivers in networks that the operator trusts."""

    webhooks_http: bool = False
    webhooks_private: bool = False

    @property
    def webhook_rules(self) -> WebhookRules:
        """What is allowed."""
        return WebhookRules(self.webhooks_http, self.webhooks_private)
