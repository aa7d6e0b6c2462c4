"""Administering the schedules of jobs. Every change takes a reason, and is logged with it."""

from dataclasses import dataclass
from typing import Any

from adapters.http.acting import actor_of
from adapters.http.endpoints import Access, Call, Endpoint, Handler, NoBody, NoQuery, Reply, get, post
from adapters.http.models.administration import Because
from adapters.http.models.schedules import ListSchedules, ScheduleAnswer, SchedulesPage, WishSchedule
from application.jobs.schedules.add_schedule import AddSchedule
from application.jobs.schedules.change_schedule import ChangeSchedule
from application.jobs.schedules.ports import ScheduleQueries
from application.jobs.schedules.remove_schedule import RemoveSchedule
from application.jobs.schedules.run_schedule import RunSchedule
from application.shared.answer_once import AnswerOnce
from application.shared.pages import one_more, page_of
from domain.shared.ids import ScheduleId

_SCHEDULES = "/api/v1/admin/schedules"
_SCHEDULE = f"{_SCHEDULES}/{{id}}"


@dataclass(frozen=True, slots=True)
class ScheduleAdministration:
    """Which jobs start by themselves, and when. Each change is answered `once` for its idempotency key."""

    add_schedule: AddSchedule
    change_schedule: ChangeSchedule
    remove_schedule: RemoveSchedule
    run_schedule: RunSchedule
    queries: ScheduleQueries
    once: AnswerOnce

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/admin/schedules."""
        return [
            get(_SCHEDULES, self.page, Access.ADMIN, SchedulesPage, query=ListSchedules),
            self._post(_SCHEDULES, self.add, body=WishSchedule, status=201, missing=True),
            self._post(f"{_SCHEDULE}/pause", self.pause),
            self._post(f"{_SCHEDULE}/resume", self.resume),
            self._post(f"{_SCHEDULE}/remove", self.remove),
            self._post(f"{_SCHEDULE}/run", self.run, status=202, headers=("Location",)),
        ]

    async def page(self, call: Call[ListSchedules, NoBody]) -> SchedulesPage:
        """List the schedules, those of the settings too."""
        asked = call.query
        found = await self.queries.schedules(one_more(asked.limit), asked.after)
        return SchedulesPage.of(page_of(found, asked.limit, lambda schedule: schedule.id))

    async def add(self, call: Call[NoQuery, WishSchedule]) -> ScheduleAnswer:
        """Have a job started again and again.

        While the job of the time before goes on, none is started. Where the clocks go forward, a time that does not
        exist comes right after the gap; where they go back, one that exists twice comes once. An expression that
        begins its minutes or hours with `*` follows the clock on the wall instead.
        """
        return ScheduleAnswer.of(await self.add_schedule(call.body.plan, actor_of(call)))

    async def pause(self, call: Call[NoQuery, Because]) -> ScheduleAnswer:
        """Start no more jobs of a schedule until it is resumed; one that runs goes on."""
        return ScheduleAnswer.of(await self.change_schedule.pause(_schedule(call), actor_of(call)))

    async def resume(self, call: Call[NoQuery, Because]) -> ScheduleAnswer:
        """Let a schedule go on with its next time."""
        return ScheduleAnswer.of(await self.change_schedule.resume(_schedule(call), actor_of(call)))

    async def remove(self, call: Call[NoQuery, Because]) -> ScheduleAnswer:
        """Remove a schedule that administrators added; its jobs stay."""
        return ScheduleAnswer.of(await self.remove_schedule(_schedule(call), actor_of(call)))

    async def run(self, call: Call[NoQuery, Because]) -> Reply:
        """Start the job of a schedule now, besides its times; once for the idempotency key."""
        schedule, repeated = await self.run_schedule(_schedule(call), actor_of(call), call.key)
        told = {"Location": f"/api/v1/jobs/{schedule.last_job_id}"}
        return Reply(ScheduleAnswer.of(schedule), headers=told, repeated=repeated)

    def _post(self, path: str, handler: Handler, body: type[Because] = Because, **more: Any) -> Endpoint:
        return post(path, handler, Access.ADMIN, ScheduleAnswer, body=body, keyed=True, once=self.once, **more)


def _schedule(call: Call[Any, Any]) -> ScheduleId:
    return ScheduleId(call.id(code="SCHEDULE_NOT_FOUND"))
