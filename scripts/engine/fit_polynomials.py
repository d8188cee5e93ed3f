"""Fits the polynomials of src/engine/kernels/exponential.ts and error-function.ts.

    python3 scripts/engine/fit_polynomials.py        (needs mpmath and numpy, which torch installs)

Each polynomial minimises the largest relative error of its function (Remez exchange, in 60 digits). The coefficients are
then rounded to float32, and the formula is evaluated as the kernel does, in float32 with separate multiplications and
additions. The script prints the coefficients, from the constant term on, and the largest errors.
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 60


def remez(function, low, high, degree, weight):
    """Coefficients of the polynomial p that minimises max |p(x) - function(x)| * weight(x)."""
    count = degree + 2
    points = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]
    grid = [low + (high - low) * mp.mpf(i) / 4000 for i in range(4001)]
    for _ in range(12):
        matrix = mp.matrix(count, count)
        right = mp.matrix(count, 1)
        for row, x in enumerate(points):
            for power in range(degree + 1):
                matrix[row, power] = x**power
            matrix[row, degree + 1] = (-1) ** row / weight(x)
            right[row] = function(x)
        solution = mp.lu_solve(matrix, right)
        coefficients = [solution[i] for i in range(degree + 1)]
        error = lambda x: (mp.polyval(coefficients[::-1], x) - function(x)) * weight(x)
        errors = [error(x) for x in grid]
        # The next points: the largest error between two changes of sign.
        best, points = 0, []
        for i in range(1, len(grid) + 1):
            if i == len(grid) or errors[i] * errors[best] < 0:
                points.append(grid[best])
                best = i
            elif abs(errors[i]) > abs(errors[best]):
                best = i
        if len(points) != count:
            break
    return coefficients


def float32(values):
    return [np.float32(str(mp.nstr(value, 20))) for value in values]


def horner(coefficients, x):
    result = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        result = (result * x + coefficient).astype(np.float32)
    return result


def show(name, coefficients):
    print(f"{name}: [{', '.join(repr(float(c)) for c in coefficients)}]")


# exp(r) = 1 + r + r^2 q(r), |r| <= ln 2 / 2
half = mp.log(2) / 2 * mp.mpf("1.0001")
quotient = lambda r: (mp.exp(r) - 1 - r) / r**2 if abs(r) > mp.mpf(10) ** -20 else mp.mpf(1) / 2
exp_q = float32(remez(quotient, -half, half, 4, lambda r: r**2 / mp.exp(r) + mp.mpf(10) ** -12))
show("exp: q(r)", exp_q)


def exp32(x):
    x = np.maximum(x, np.float32(-87)).astype(np.float32)
    n = np.rint((x * np.float32(1.44269504088896341)).astype(np.float32)).astype(np.float32)
    r = (x - n * np.float32(0.693359375)).astype(np.float32)  # exact
    r = (r + n * np.float32(2.12194440e-4)).astype(np.float32)
    p = horner(exp_q, r)
    p = ((p * (r * r).astype(np.float32)).astype(np.float32) + (r + np.float32(1)).astype(np.float32)).astype(np.float32)
    return (p * np.exp2(n).astype(np.float32)).astype(np.float32)


xs = np.linspace(-87, 0, 2_000_001).astype(np.float32)
exact = np.exp(xs.astype(np.float64))
print("exp: max relative error", np.max(np.abs(exp32(xs) - exact) / exact))

# erf(x) = x + x p(x^2) for |x| < 1
limit = mp.mpf(1)
near = lambda s: (mp.erf(mp.sqrt(s)) / mp.sqrt(s) if s > mp.mpf(10) ** -30 else 2 / mp.sqrt(mp.pi)) - 1
erf_p = float32(remez(near, mp.mpf(0), limit**2, 5, lambda s: mp.mpf(1)))
show("erf: p(x^2)", erf_p)

# (1 - erf(x))^(1/4) in powers of x - 2, for 1 <= x <= 3.9. The error of its fourth power counts.
top = mp.mpf("3.9")
far = lambda t: mp.erfc(t + 2) ** mp.mpf("0.25")
erf_r = float32(remez(far, limit - 2, top - 2, 8, lambda t: 4 * mp.erfc(t + 2) ** mp.mpf("0.75")))
show("erf: fourth root", erf_r)


def erf32(x):
    a = np.abs(x)
    small = (x + (x * horner(erf_p, (x * x).astype(np.float32))).astype(np.float32)).astype(np.float32)
    power = horner(erf_r, (np.minimum(a, np.float32(3.9)) - np.float32(2)).astype(np.float32))
    for _ in range(2):
        power = (power * power).astype(np.float32)
    large = np.sign(x) * (np.float32(1) - power)
    return np.where(a < 1, small, large).astype(np.float32)


xs = np.linspace(-6, 6, 2_000_001).astype(np.float32)
exact = np.array([float(mp.erf(float(x))) for x in xs[::200]])
print("erf: max absolute error", np.max(np.abs(erf32(xs[::200]) - exact)))
