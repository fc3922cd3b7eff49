"""Checking signatures in pure Python: as RFC 8032 says, and as libsodium does."""

import random

import pytest
from nacl.signing import SigningKey

from participation.polls.ed25519 import _ORDER, NoPublicKey, PublicKey

#: RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc): public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_of_the_rfc_are_right(key: str, message: str, signature: str) -> None:
    checks = PublicKey(bytes.fromhex(key))
    assert checks.has_signed(bytes.fromhex(message), bytes.fromhex(signature))
    assert not checks.has_signed(bytes.fromhex(message) + b"x", bytes.fromhex(signature))


def test_signatures_of_libsodium_are_right_and_no_changed_bit_is() -> None:
    dice = random.Random(8032)
    for size in (0, 1, 31, 64, 1000):
        signer = SigningKey(dice.randbytes(32))
        checks = PublicKey(bytes(signer.verify_key))
        message = dice.randbytes(size)
        signature = signer.sign(message).signature
        assert checks.has_signed(message, signature)
        for bit in dice.sample(range(512), 40):
            changed = bytearray(signature)
            changed[bit // 8] ^= 1 << bit % 8
            assert not checks.has_signed(message, bytes(changed))


def test_other_form_of_the_same_signature_is_refused() -> None:
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    s = int.from_bytes(signature[32:], "little")
    for more in range(1, 8):
        other = signature[:32] + (s + more * _ORDER).to_bytes(32, "little")
        assert not PublicKey(key).has_signed(message, other)


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(65), bytes(64), b"\xff" * 64])
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    assert not PublicKey(bytes.fromhex(VECTORS[0][0])).has_signed(b"", signature)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        bytes(31),
        bytes(33),
        bytes(32),  # of order 4
        (1).to_bytes(32, "little"),  # the neutral point
        (1 | 1 << 255).to_bytes(32, "little"),  # the same, with the sign of another x
        (2**255 - 20).to_bytes(32, "little"),  # of order 2
        (2).to_bytes(32, "little"),  # no point has this y
        (2**255 - 19 + 3).to_bytes(32, "little"),  # y is not smaller than the field
        bytes.fromhex(
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        ),  # order 8
        b"\xff" * 32,
    ],
)
def test_what_is_no_key_is_refused(key: bytes) -> None:
    with pytest.raises(NoPublicKey):
        PublicKey(key)
