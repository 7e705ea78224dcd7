"""Small questions to the server: health, refusals, encryption."""

from dataclasses import replace

import grpc
import pytest
from client.tests.mutation.certificates import NAME, OPENSSL, self_signed
from client.tests.validation.checker.served import HISTORIC, checked, codes

from nexy_client.testing.steps import Finish
from nexy_client.testing.streams.playbook import HealthScript, Playbook, ServerTls
from nexy_client.validation import CheckReport, Thresholds
from nexy_client.validation.checker import Security

STATUS = grpc.StatusCode
SHORT = Thresholds(health_s=0.25)


async def probed(playbook: Playbook, limits: Thresholds = SHORT) -> set[str]:
    """The codes of a check of ten frames with its probes."""
    return codes(await checked(playbook, frames=10, probes=True, limits=limits))


async def test_a_well_server_that_refuses_what_it_should() -> None:
    """Nothing to tell."""
    assert await probed(HISTORIC) == set()


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (HealthScript(healthy=False, status="a worker died"), {"not_healthy", "health_disagrees"}),
        (HealthScript(serving=False), {"not_serving", "health_disagrees"}),
        (HealthScript(healthy=False, serving=False), {"not_healthy", "not_serving"}),
        (HealthScript(seconds=0.4), {"health_unreachable"}),
    ],
)
async def test_health(health: HealthScript, told: set[str]) -> None:
    """Both doors answer in time, say yes, and agree."""
    assert told <= await probed(replace(HISTORIC, health=health))


async def test_patience_is_a_threshold() -> None:
    """A fifth of a second is nothing to who has more."""
    slow = replace(HISTORIC, health=HealthScript(seconds=0.2))
    assert await probed(slow, Thresholds(health_s=3)) == set()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Finish(status=STATUS.INTERNAL, details="KeyError"), "unknown_job_status"),
        (Finish(status=STATUS.OK), "unknown_job_status"),
        (Finish(status=STATUS.NOT_FOUND, details=""), "unknown_job_text"),
        (Finish(status=STATUS.NOT_FOUND, details="sorry"), "unknown_job_text"),
        (Finish(status=STATUS.NOT_FOUND, details="job not found"), "unknown_job_text"),
    ],
)
async def test_an_unknown_job_is_refused_in_words(answer: Finish, told: str) -> None:
    """NOT_FOUND, with the job's name and what is the matter with it."""
    assert await probed(replace(HISTORIC, unknown_job=lambda _: [answer])) == {told}


@pytest.mark.parametrize("words", ["job {} not found", "{}: no such job", "unknown job {}", "{} has expired"])
async def test_any_clear_text_will_do(words: str) -> None:
    """Not only ours."""
    refuses = replace(HISTORIC, unknown_job=lambda job: [Finish(status=STATUS.NOT_FOUND, details=words.format(job))])
    assert await probed(refuses) == set()


async def test_the_connection_survives_a_refusal() -> None:
    """Or is told to be of no more use."""
    assert "connection_unusable" in await probed(replace(HISTORIC, breaks_connection=True))


@pytest.mark.skipif(OPENSSL is None, reason="certificates are made with openssl, which is not here")
class TestTls:
    """Encryption is real, trusted, and lasts."""

    @staticmethod
    async def encrypted(days: int = 30, *, asked: bool = True, served: bool = True) -> CheckReport:
        """A check of a server with a certificate that lasts so many days."""
        pair = self_signed("nexy-check", days=days)
        tls = ServerTls(key=pair.key, certificate=pair.certificate) if served else None
        security = Security(tls=True, ca=pair.certificate, server_name=NAME) if asked else Security()
        return await checked(
            replace(HISTORIC, tls=tls), frames=10, probes=True, security=security, limits=Thresholds(connect_s=1)
        )

    async def test_a_self_signed_root(self) -> None:
        """Given as the root, with its name."""
        report = await self.encrypted()
        assert report.passed, report.all_findings
        assert codes(report) == set()

    async def test_a_certificate_that_ends_soon(self) -> None:
        """A warning, with the days that are left."""
        report = await self.encrypted(days=3)
        found = next(one for one in report.all_findings if one.code == "certificate_expires")
        assert (found.severity, found.value) == ("warning", 2)
        assert report.passed

    @pytest.mark.parametrize(("asked", "served"), [(True, False), (False, True)])
    async def test_one_side_speaks_tls_and_the_other_does_not(self, asked: bool, served: bool) -> None:
        """Either way it is told as that."""
        assert codes(await self.encrypted(asked=asked, served=served)) == {"tls_failed"}
