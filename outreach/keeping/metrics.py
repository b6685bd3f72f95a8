"""Figures for whoever watches the office from afar, in the text format of Prometheus.

Figures and names of states only: nothing of anybody, no campaign's name.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import __version__
from outreach.db import Store
from outreach.dispatch import shifts
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.inbox.models import Arrival
from outreach.keeping import backups, restoring

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figures(Collector):
    """Counts in the database at the moment somebody asks."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store, self._now = store, now

    def collect(self) -> Iterator[Metric]:
        """Yield one family of figures after the other."""
        with self._store.reading() as session:
            yield _by("outreach_letters", "Letters, by state.", "state", _states(session, Delivery))
            yield _by("outreach_batches", "Batches, by state.", "state", _states(session, Batch))
            yield _by(
                "outreach_replies",
                "Messages that came back, by kind.",
                "kind",
                {
                    str(kind): count
                    for kind, count in session.execute(
                        select(Arrival.kind, func.count()).group_by(Arrival.kind)
                    )
                },
            )
            yield _one("outreach_workers", "Workers on duty.", self._workers(session))
            yield _one(
                "outreach_queue_oldest_seconds",
                "How long the oldest letter that may leave has waited.",
                self._oldest(session),
            )
            last = backups.latest(session)
            if last is not None:
                age = (self._now - last.at).total_seconds()
                yield _one("outreach_backup_age_seconds", "Age of the newest backup.", age)
            locked = restoring.locked(session) is not None
            yield _one("outreach_locked", "1 after a restored backup, until unlocked.", locked)
        yield _by("outreach_version", "The version of the program.", "version", {__version__: 1})

    def _workers(self, session: Session) -> int:
        return len(shifts.on_duty(session, self._now))

    def _oldest(self, session: Session) -> float:
        since = session.scalar(
            select(func.min(Batch.signed_at))
            .join(Delivery, Delivery.batch_id == Batch.id)
            .where(
                Batch.state == BatchState.SENDING.value,
                Delivery.channel == "email",
                Delivery.state == DeliveryState.QUEUED.value,
            )
        )
        return (self._now - since).total_seconds() if since is not None else 0.0


def shown(store: Store, now: datetime) -> bytes:
    """Return all figures as text."""
    registry = CollectorRegistry()
    registry.register(Figures(store, now))
    return generate_latest(registry)


def _states(session: Session, table: type[Batch] | type[Delivery]) -> dict[str, int]:
    states: Iterable[str] = BatchState if table is Batch else DeliveryState
    found = session.execute(select(table.state, func.count()).group_by(table.state))
    return dict.fromkeys(map(str, states), 0) | {row[0]: row[1] for row in found}


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _by(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
