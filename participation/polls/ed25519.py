"""Checking Ed25519 signatures with Python's standard library alone (RFC 8032, section 5.1.7).

The server signs with libsodium; who checks needs no library. Points of the curve -x² + y² = 1 + dx²y²
over the field of p = 2²⁵⁵ − 19 are kept in extended coordinates (X : Y : Z : T) with x = X/Z, y = Y/Z,
xy = T/Z. One key checks many signatures, so its multiples are computed once: a check is then 128
additions of points.
"""

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
#: Scalars are read in digits of four bits.
_DIGIT_BITS = 4
_DIGITS = 64
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64

_Point = tuple[int, int, int, int]
_Table = list[list[_Point]]
_NEUTRAL: _Point = (0, 1, 1, 0)


class NoPublicKey(ValueError):
    """The bytes are no public key: no point of the curve, not in its one form, or of a small group."""


class PublicKey:
    """Checks the signatures of one key.

    :param key: 32 bytes
    :raises NoPublicKey: if they are none
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        x, y, z, t = _decode(key)
        if _is_neutral(_multiple(8, (x, y, z, t))):
            raise NoPublicKey
        self._minus_key = _table((_P - x, y, z, _P - t))

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's, of this message: S·B − k·A is the point R it begins with."""
        if len(signature) != _SIGNATURE_BYTES:
            return False
        r, s = signature[:_KEY_BYTES], int.from_bytes(signature[_KEY_BYTES:], "little")
        if s >= _ORDER:  # the same signature in another form
            return False
        hashed = hashlib.sha512(r + self._key + message).digest()
        k = int.from_bytes(hashed, "little") % _ORDER
        return _encode(_sum(s, _BASE_TABLE, _sum(k, self._minus_key, _NEUTRAL))) == r


def _add(one: _Point, other: _Point) -> _Point:
    """Return the sum of two points, equal or not (RFC 8032, section 5.1.4)."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 % _P * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiple(number: int, point: _Point) -> _Point:
    total = _NEUTRAL
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _table(point: _Point) -> _Table:
    """Return, for each of 64 digits, the point's multiples by 0 to 15 times 16 to the digit's place."""
    rows = []
    for _ in range(_DIGITS):
        row = [_NEUTRAL]
        for _ in range(2**_DIGIT_BITS - 1):
            row.append(_add(row[-1], point))
        rows.append(row)
        point = _add(row[-1], point)
    return rows


def _sum(number: int, table: _Table, start: _Point) -> _Point:
    """Return start + number times the table's point."""
    for row in table:
        digit = number % 2**_DIGIT_BITS
        if digit:
            start = _add(start, row[digit])
        number >>= _DIGIT_BITS
    return start


def _is_neutral(point: _Point) -> bool:
    x, y, z, _ = point
    return x % _P == 0 and (y - z) % _P == 0


def _encode(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(_KEY_BYTES, "little")


def _decode(data: bytes) -> _Point:
    """Return the point that 32 bytes stand for (RFC 8032, section 5.1.3)."""
    if len(data) != _KEY_BYTES:
        raise NoPublicKey
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        raise NoPublicKey
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        raise NoPublicKey
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _base() -> _Point:
    """Return the base point: y = 4/5, x even."""
    return _decode((4 * pow(5, -1, _P) % _P).to_bytes(_KEY_BYTES, "little"))


_BASE_TABLE = _table(_base())
