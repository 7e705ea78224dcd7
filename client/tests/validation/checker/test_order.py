"""What is to be checked."""

import pytest
from client.tests.mutation.certificates import NAME, OPENSSL, self_signed

from nexy_client.streams import CertificateUnreadable
from nexy_client.validation import Thresholds
from nexy_client.validation.checker import CheckOrder, JobWish, Security
from nexy_protocol.encoding import Encoding


def test_the_usual_check() -> None:
    """Half a minute of every stream, through the documented schema, with the usual limits and every probe."""
    order = CheckOrder(api="server", job=JobWish())
    assert (order.seconds, order.frames, order.streams, order.probes) == (30.0, 0, None, True)
    assert (order.encoding, order.limits) == (Encoding.FLOAT, Thresholds())
    assert order.security.for_channel() is None


@pytest.mark.skipif(OPENSSL is None, reason="certificates are made with openssl, which is not here")
def test_tls_goes_to_the_channel() -> None:
    """The root and the name."""
    pem = self_signed("nexy").certificate
    tls = Security(tls=True, ca=pem, server_name=NAME).for_channel()
    assert tls is not None
    assert (tls.root_certificates, tls.server_name) == (pem, NAME)


def test_a_key_is_no_certificate() -> None:
    """Told before anybody connects."""
    with pytest.raises(CertificateUnreadable):
        Security(tls=True, ca=b"-----BEGIN NOTHING-----").for_channel()
