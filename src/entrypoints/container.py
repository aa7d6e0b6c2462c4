"""Every binding of a port to its adapter."""

from dependency_injector import containers, providers
from prometheus_client import CollectorRegistry

from adapters.dramatiq.wakes import RedisWakes
from adapters.embedded.holders import SpillingHolders
from adapters.http.cookies import RefreshCookies
from adapters.http.limits import RateLimits
from adapters.http.metrics.desk import DeskMetrics
from adapters.http.metrics.gauges import Gauges
from adapters.http.metrics.requests import RequestMetrics
from adapters.http.own_identity import OwnIdentity
from adapters.http.worker.metrics import JobMetrics
from adapters.identity.local import ISSUER, LocalTokens
from adapters.identity.oidc import OidcIdentity
from adapters.identity.passwords import Argon2Passwords
from adapters.notify.outbox import OutboxFolder
from adapters.notify.smtp import SmtpMailer
from adapters.notify.templates import JinjaTemplates
from adapters.notify.webhooks import PostWebhook
from adapters.pictures.pictures import ProcessPictures
from adapters.postgres.account_lookups import PostgresAccountLookups
from adapters.postgres.admin_log import PostgresAdminRecords
from adapters.postgres.administrator_answers import PostgresAdministratorAnswers
from adapters.postgres.covers import PostgresShownCovers
from adapters.postgres.directory import PostgresDirectory
from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.job_queries import PostgresJobQueries
from adapters.postgres.job_runs import PostgresRuns
from adapters.postgres.journal import PostgresJournals
from adapters.postgres.mail_receivers import PostgresMailReceivers
from adapters.postgres.old_jobs import PostgresOldJobs
from adapters.postgres.proposals import PostgresProposals
from adapters.postgres.queries import PostgresQueries
from adapters.postgres.report_store import PostgresReportStore
from adapters.postgres.reporting.source import PostgresReportSource
from adapters.postgres.schedules import PostgresScheduleQueries
from adapters.postgres.statistics import PostgresStatistics
from adapters.postgres.summaries import PostgresSummaries
from adapters.postgres.transactions import PostgresTransactions
from adapters.postgres.webhooks import PostgresWebhookQueries
from adapters.redis.fallback import WithFallback
from adapters.redis.limits import RedisLimits
from adapters.redis.ping import RedisPing
from adapters.reports.apart import DrawnApart
from application.accounts.appoint_admin import AppointAdmin
from application.accounts.authenticate import Authenticate
from application.accounts.change_handle import ChangeHandle
from application.accounts.change_password import ChangePassword
from application.accounts.change_user import ChangeUser
from application.accounts.create_api_key import CreateApiKey
from application.accounts.expire_sessions import ExpireSessions
from application.accounts.first_sight import FirstSight
from application.accounts.grant_points import GrantPoints
from application.accounts.list_api_keys import ListApiKeys
from application.accounts.log_in import LogIn
from application.accounts.log_out import LogOut
from application.accounts.rate_api_key import RateApiKey
from application.accounts.read_profile import ReadProfile
from application.accounts.refresh import Refresh
from application.accounts.register import Register
from application.accounts.revoke_api_key import RevokeApiKey
from application.accounts.sign_ins import SignIns
from application.accounts.sign_up import SignUp
from application.accounts.welcome import Welcome
from application.covers.process_cover import ProcessCover
from application.covers.upload_cover import UploadCover
from application.jobs.administer_jobs import AdministerJobs
from application.jobs.catalogue.covers import PROCESS_IMAGE
from application.jobs.catalogue.maintenance import (
    CHECK_JOBS,
    EXPIRE_SESSIONS,
    FORGET_ANSWERS,
    PURGE_JOBS,
    REFRESH_STATISTICS,
)
from application.jobs.catalogue.markets import CLOSE_MARKET, LAUNCH_MARKET, SETTLE_MARKET
from application.jobs.catalogue.notices import SEND_MAIL
from application.jobs.catalogue.reports import GENERATE_REPORT
from application.jobs.catalogue.system import PING
from application.jobs.catalogue.trading import EXECUTE_TRADES
from application.jobs.catalogue.webhooks import DELIVER
from application.jobs.follow import Follow
from application.jobs.forget_answers import ForgetAnswers
from application.jobs.ping import ping
from application.jobs.ports import Unheard
from application.jobs.purge_jobs import PurgeJobs
from application.jobs.queue_service import QueueService
from application.jobs.refresh_statistics import RefreshStatistics
from application.jobs.run import Work
from application.jobs.schedules.add_schedule import AddSchedule
from application.jobs.schedules.change_schedule import ChangeSchedule
from application.jobs.schedules.declare_schedules import DeclareSchedules
from application.jobs.schedules.remove_schedule import RemoveSchedule
from application.jobs.schedules.run_schedule import RunSchedule
from application.jobs.schedules.scheduler import Scheduler
from application.jobs.schedules.start_job import StartJob
from application.jobs.schedules.tick import Tick
from application.jobs.webhooks.announce import Announce
from application.jobs.webhooks.change_webhook import ChangeWebhook
from application.jobs.webhooks.create_webhook import CreateWebhook
from application.jobs.webhooks.delete_webhook import DeleteWebhook
from application.jobs.webhooks.deliver import DeliverWebhook
from application.jobs.webhooks.try_webhook import TryWebhook
from application.jobs.worker import Worker
from application.notices.check_jobs import CheckJobs
from application.notices.deliver_mail import DeliverMail
from application.notices.send_mail import SendMail
from application.reports.generate_report import GenerateReport
from application.reports.read_report import ReadReport
from application.reports.report_job import ReportJob
from application.shared.answer_once import AnswerOnce
from application.shared.windows import InProcessLimits
from application.trading.approve_market import ApproveMarket
from application.trading.audit import Audit
from application.trading.change_market import ChangeMarket
from application.trading.close_market import CloseMarket
from application.trading.desk import Desk
from application.trading.edit_market import EditMarket
from application.trading.end_market import EndMarket
from application.trading.execute_trades import ExecuteTrades
from application.trading.launch_market import LaunchMarket
from application.trading.open_market import OpenMarket
from application.trading.propose_market import ProposeMarket
from application.trading.request_launch import RequestLaunch
from application.trading.settle_by_job import SettleByJob
from application.trading.settle_market import SettleMarket
from application.trading.sweep_fees import SweepFees
from application.trading.withdraw_market import WithdrawMarket
from entrypoints.demo import Seed
from entrypoints.settings import Settings
from entrypoints.works import works_of
from entrypoints.world import SystemClock, SystemEntropy, TimeOrderedIds


class Container(containers.DeclarativeContainer):
    """One process's exchange. `settings` has a `database_url`; whoever builds the container disposes of its engines."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)

    clock = providers.Singleton(SystemClock)
    ids = providers.Singleton(TimeOrderedIds)
    entropy = providers.Singleton(SystemEntropy)
    engine = providers.Singleton(create_engine, settings.provided.database_url, settings.provided.pool_bounds)
    trading_engine = providers.Singleton(
        create_engine, settings.provided.database_url, settings.provided.pool_bounds, by_index=True
    )
    audit_engine = providers.Singleton(create_engine, settings.provided.database_url, PoolBounds(size=1), patient=True)
    wakes = providers.Selector(
        settings.provided.wakes_sent,
        redis=providers.Singleton(RedisWakes, settings.provided.redis_url),
        nowhere=providers.Singleton(Unheard),
    )
    transactions = providers.Singleton(PostgresTransactions, trading_engine, wakes)
    queries = providers.Singleton(PostgresQueries, engine)
    summaries = providers.Singleton(PostgresSummaries, engine)
    admin_records = providers.Singleton(PostgresAdminRecords, engine)
    administrator_answers = providers.Singleton(PostgresAdministratorAnswers, trading_engine)
    directory = providers.Singleton(PostgresDirectory, engine)
    proposals = providers.Singleton(PostgresProposals, engine)
    covers = providers.Singleton(PostgresShownCovers, engine)
    journals = providers.Singleton(PostgresJournals, audit_engine)

    job_queries = providers.Singleton(PostgresJobQueries, engine)
    queue_service = providers.Singleton(QueueService, transactions, job_queries, clock, ids)

    registry = providers.Singleton(CollectorRegistry)
    request_metrics = providers.Singleton(RequestMetrics, registry)
    desk_metrics = providers.Singleton(DeskMetrics, registry)
    desk = providers.Singleton(Desk, transactions, clock, settings.provided.desk_bounds, observer=desk_metrics)
    pools = providers.Dict(reading=engine.provided.pool, trading=trading_engine.provided.pool)
    gauges = providers.Singleton(Gauges, registry, desk, pools)

    open_market = providers.Singleton(OpenMarket, transactions, clock, ids)
    approve_market = providers.Singleton(ApproveMarket, transactions, clock, ids, queue_service)
    change_market = providers.Singleton(ChangeMarket, transactions, clock, ids, queue_service)
    edit_market = providers.Singleton(EditMarket, transactions, clock, ids, queue_service)
    request_launch = providers.Singleton(RequestLaunch, transactions, clock, queue_service)
    propose_market = providers.Singleton(ProposeMarket, transactions, clock, ids)
    withdraw_market = providers.Singleton(WithdrawMarket, transactions, clock)
    settle_market = providers.Singleton(SettleMarket, transactions, clock, ids)
    end_market = providers.Singleton(EndMarket, change_market, settle_market)
    sweep_fees = providers.Singleton(SweepFees, transactions, clock, ids)
    audit = providers.Singleton(Audit, journals, providers.Object(SpillingHolders))
    sign_up = providers.Singleton(SignUp, transactions, clock, ids)
    grant_points = providers.Singleton(GrantPoints, transactions, clock, ids)
    change_user = providers.Singleton(ChangeUser, transactions, clock, ids)
    answer_once = providers.Singleton(AnswerOnce, administrator_answers, clock)
    appoint_admin = providers.Singleton(AppointAdmin, transactions, change_user)

    runs = providers.Singleton(PostgresRuns, trading_engine)
    mailer = providers.Selector(
        settings.provided.mail_taken,
        server=providers.Singleton(SmtpMailer, settings.provided.smtp_server),
        folder=providers.Singleton(OutboxFolder, settings.provided.outbox_dir, settings.provided.mail_sender),
    )
    upload_cover = providers.Singleton(UploadCover, transactions, queue_service, clock, ids)
    process_cover = providers.Singleton(ProcessCover, transactions, providers.Singleton(ProcessPictures))
    send_mail = providers.Singleton(SendMail, providers.Singleton(JinjaTemplates), mailer, clock)
    receivers = providers.Singleton(PostgresMailReceivers, engine)
    reports = providers.Singleton(PostgresReportStore, engine)
    report_source = providers.Singleton(PostgresReportSource, engine)
    generate_report = providers.Singleton(
        GenerateReport,
        report_source,
        providers.Singleton(DrawnApart),
        reports,
        clock,
        settings.provided.report_bounds,
    )
    read_report = providers.Singleton(ReadReport, reports, clock)
    webhook_queries = providers.Singleton(PostgresWebhookQueries, engine)
    create_webhook = providers.Singleton(
        CreateWebhook, transactions, settings.provided.webhook_rules, clock, ids, entropy
    )
    change_webhook = providers.Singleton(ChangeWebhook, transactions, clock, entropy)
    delete_webhook = providers.Singleton(DeleteWebhook, transactions)
    try_webhook = providers.Singleton(TryWebhook, transactions, queue_service, clock)
    deliver_webhook = providers.Singleton(
        DeliverWebhook, transactions, webhook_queries, providers.Singleton(PostWebhook, settings.provided.webhook_rules)
    )
    works = providers.Singleton(
        works_of,
        providers.Singleton(Work, DELIVER, deliver_webhook),
        providers.Singleton(Work, PING, providers.Object(ping)),
        providers.Singleton(Work, SEND_MAIL, providers.Singleton(DeliverMail, receivers, send_mail)),
        providers.Singleton(Work, GENERATE_REPORT, providers.Singleton(ReportJob, generate_report, report_source)),
        providers.Singleton(Work, PROCESS_IMAGE, process_cover),
        providers.Singleton(Work, CHECK_JOBS, providers.Singleton(CheckJobs, job_queries, receivers, queue_service)),
        providers.Singleton(Work, EXPIRE_SESSIONS, providers.Singleton(ExpireSessions, transactions)),
        providers.Singleton(
            Work,
            PURGE_JOBS,
            providers.Singleton(PurgeJobs, providers.Singleton(PostgresOldJobs, engine), settings.provided.kept_jobs),
        ),
        providers.Singleton(Work, FORGET_ANSWERS, providers.Singleton(ForgetAnswers, administrator_answers)),
        providers.Singleton(
            Work,
            REFRESH_STATISTICS,
            providers.Singleton(RefreshStatistics, providers.Singleton(PostgresStatistics, engine)),
        ),
        providers.Singleton(
            Work,
            EXECUTE_TRADES,
            providers.Singleton(ExecuteTrades, desk.provided.place, settings.provided.queued_room),
        ),
        providers.Singleton(
            Work, LAUNCH_MARKET, providers.Singleton(LaunchMarket, transactions, clock, ids, queue_service)
        ),
        providers.Singleton(
            Work, CLOSE_MARKET, providers.Singleton(CloseMarket, transactions, clock, receivers, queue_service)
        ),
        providers.Singleton(Work, SETTLE_MARKET, providers.Singleton(SettleByJob, transactions, clock, ids, queries)),
    )
    follow = providers.Singleton(Follow, job_queries)
    administer_jobs = providers.Singleton(AdministerJobs, transactions, clock, ids)
    announcer = providers.Singleton(Announce, webhook_queries, queue_service, clock)
    job_metrics = providers.Singleton(JobMetrics, registry)
    observer = job_metrics
    worker = providers.Factory(
        Worker, transactions, runs, works, clock, settings.provided.worker_bounds, announcer, observer
    )

    schedule_queries = providers.Singleton(PostgresScheduleQueries, engine)
    start_job = providers.Singleton(StartJob, queue_service, works)
    add_schedule = providers.Singleton(AddSchedule, transactions, works, clock, ids)
    change_schedule = providers.Singleton(ChangeSchedule, transactions, clock, ids)
    remove_schedule = providers.Singleton(RemoveSchedule, transactions, clock, ids)
    run_schedule = providers.Singleton(RunSchedule, transactions, start_job, clock, ids)
    scheduler = providers.Factory(
        Scheduler,
        providers.Singleton(DeclareSchedules, transactions, works, clock, ids),
        providers.Singleton(Tick, transactions, start_job, clock),
        schedule_queries,
        clock,
        settings.provided.plans,
    )

    passwords = providers.Singleton(Argon2Passwords, settings.provided.password_bounds)
    local_tokens = providers.Singleton(LocalTokens, settings.provided.local_bounds, clock, ids)
    identity = providers.Selector(
        settings.provided.identity,
        local=local_tokens,
        oidc=providers.Singleton(OidcIdentity, settings.provided.oidc, clock),
    )
    lookups = providers.Singleton(PostgresAccountLookups, engine)
    welcome = providers.Singleton(Welcome, clock, ids, settings.provided.registration_bonus)
    first_sight = providers.Singleton(FirstSight, transactions, lookups, welcome, clock, entropy)
    authenticate = providers.Singleton(Authenticate, identity, lookups, first_sight, clock, ISSUER)
    sign_ins = providers.Singleton(SignIns, local_tokens, ids, entropy)
    own_identity = providers.Selector(
        settings.provided.identity,
        local=providers.Singleton(
            OwnIdentity,
            providers.Singleton(Register, transactions, passwords, welcome, clock),
            providers.Singleton(LogIn, transactions, lookups, passwords, sign_ins, clock),
            providers.Singleton(Refresh, transactions, sign_ins, clock),
            providers.Singleton(LogOut, transactions, clock),
            providers.Singleton(ChangePassword, transactions, lookups, passwords, sign_ins, clock),
        ),
        oidc=providers.Object(None),
    )
    read_profile = providers.Singleton(ReadProfile, lookups)
    change_handle = providers.Singleton(ChangeHandle, transactions)
    create_api_key = providers.Singleton(CreateApiKey, transactions, clock, ids, entropy)
    list_api_keys = providers.Singleton(ListApiKeys, lookups, clock)
    revoke_api_key = providers.Singleton(RevokeApiKey, transactions, clock)
    rate_api_key = providers.Singleton(RateApiKey, transactions, clock, ids)

    shared_limits = providers.Singleton(
        RedisLimits, settings.provided.redis_url, settings.provided.redis_timeout_seconds
    )
    redis_ping = providers.Singleton(RedisPing, settings.provided.redis_url, settings.provided.redis_timeout_seconds)
    own_limits = providers.Singleton(InProcessLimits)
    limiter = providers.Selector(
        settings.provided.limits_kept,
        redis=providers.Singleton(WithFallback, shared_limits, own_limits),
        process=own_limits,
    )
    limits = providers.Singleton(RateLimits, limiter, clock, settings.provided.rates, settings.provided.proxies)

    cookies = providers.Singleton(RefreshCookies, settings.provided.cookie_secure, settings.provided.allowed_origins)

    seed = providers.Singleton(
        Seed,
        sign_up,
        grant_points,
        open_market,
        approve_market,
        clock,
        settings.provided.treasury_points,
        settings.provided.market_liquidity,
    )
