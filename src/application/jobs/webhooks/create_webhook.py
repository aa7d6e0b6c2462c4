"""Have the ends of one's jobs told to an address."""

from collections.abc import Collection
from dataclasses import dataclass

from application.jobs.webhooks.addresses import WebhookRules
from application.jobs.webhooks.ports import WebhookTransactions
from application.jobs.webhooks.signing import SECRET_ENTROPY, secret_text
from application.shared.ports import Clock, Entropy, Ids
from domain.accounts.caller import Caller
from domain.jobs.webhook import MAX_WEBHOOKS, Event, Webhook
from domain.shared.errors import Conflict, Forbidden
from domain.shared.ids import WebhookId


@dataclass(frozen=True, slots=True)
class CreateWebhook:
    """Its secret is told now and never again. Administrators may have all jobs told."""

    transactions: WebhookTransactions
    rules: WebhookRules
    clock: Clock
    ids: Ids
    entropy: Entropy

    async def __call__(self, caller: Caller, url: str, events: Collection[Event], *, all_jobs: bool = False) -> Webhook:
        """The webhook. Raises Invalid, Forbidden, and Conflict where its owner has MAX_WEBHOOKS."""
        if all_jobs:
            _require_lasting_admin(caller)
        self.rules.check(url)
        owner, secret = caller.user.id, secret_text(self.entropy.draw(SECRET_ENTROPY))
        webhook = Webhook(WebhookId(self.ids.new()), owner, url, secret, frozenset(events), all_jobs, self.clock.now())
        async with self.transactions() as transaction:
            if len(await transaction.webhooks.lock_of(owner)) >= MAX_WEBHOOKS:
                raise Conflict("WEBHOOKS_MAX", f"Delete a webhook first; {MAX_WEBHOOKS} are the most.")
            await transaction.webhooks.add(webhook)
            await transaction.commit()
        return webhook


def _require_lasting_admin(caller: Caller) -> None:
    """An issuer elsewhere vouches for one token at a time, and does not tell us when he is none any more."""
    caller.require_admin()
    if caller.vouched:
        raise Forbidden("ADMIN_ELSEWHERE", "Have the operator make your account an administrator's first.")
