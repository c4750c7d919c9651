//! Exact models: an independent check of simulators, and bounds for sizing.
//!
//! * [`erlang_b`] and [`erlang_c`]: loss and waiting of `M/M/c` (Cooper, Introduction
//!   to Queueing Theory, 1981, sections 3.3 and 3.4).
//! * [`processor_sharing_s`]: mean time in `M/G/1` under processor sharing (Kleinrock,
//!   Queueing Systems 2, 1976, section 4.4).
//! * [`newest_first_pool`]: a pool of environments that hands work to the newest idle
//!   one and drops those idle for longer than a limit.

/// The most levels of the pool that are computed exactly.
const MOST_LEVELS: usize = 400;
/// Levels whose probability is below this add nothing.
const NEGLIGIBLE: f64 = 1e-14;

/// The share of requests lost by `servers` servers offered `load` erlangs, without a
/// queue: the recursion `B(n) = a B(n-1) / (n + a B(n-1))`.
pub fn erlang_b(load: f64, servers: u32) -> f64 {
    (1..=servers).fold(1.0, |lost, n| {
        load * lost / load.mul_add(lost, f64::from(n))
    })
}

/// The share of requests that wait, with a queue; 1 when the load cannot be carried.
pub fn erlang_c(load: f64, servers: u32) -> f64 {
    let n = f64::from(servers);
    if load >= n {
        return 1.0;
    }
    let lost = erlang_b(load, servers);
    n * lost / (n - load * (1.0 - lost))
}

/// Mean time in seconds of work of `work_s` seconds on one server shared by all, at a
/// utilisation below 1; infinite from 1 on.
pub fn processor_sharing_s(work_s: f64, utilisation: f64) -> f64 {
    if utilisation >= 1.0 {
        f64::INFINITY
    } else {
        work_s / (1.0 - utilisation)
    }
}

/// What a pool of environments comes to in the steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pool {
    /// Share of requests that start a new environment.
    pub cold_share: f64,
    /// Environments there are, on average.
    pub environments: f64,
    /// Environments that are at work, on average.
    pub running: f64,
}

/// The pool for Poisson arrivals (a second), exponential service (mean in seconds)
/// and a fixed idle limit (in seconds), without a cap.
///
/// The number busy is a birth-death process with births at `rate` and deaths at
/// `n / mean`; its law is Poisson. Work goes to the newest idle environment, so the
/// k-th one works exactly while k or more are busy. It goes idle when the number
/// busy falls from k to k-1, and is there for the next time that it reaches k unless
/// the passage from k-1 back to k takes longer than the limit. With `S` the survival
/// function of that passage: starts of the k-th environment are cold at the rate
/// `rate P(k-1 busy) S(limit)`, and it is there for `P(k or more busy) + rate
/// P(k-1 busy) * integral of S up to the limit` of the time.
///
/// The passage is that of a chain of k states with the k-th absorbing; `S` is a sum
/// of exponentials, from the eigenvalues of its tridiagonal generator (Keilson,
/// Markov Chain Models, 1979, section 5.1).
///
/// The limit is that of each environment alone. A limit on the silence of the whole function
/// beside it is exact here only where gaps between arrivals never reach it
/// (`rate * silence` of ten or more), and where work is too short for a second environment;
/// between them the model ends, and [`crate::cold_start_share_of`] is the formula.
///
/// None when the load is too large for the exact sum (some hundreds of erlangs).
pub fn newest_first_pool(rate_per_s: f64, mean_s: f64, idle_s: f64) -> Option<Pool> {
    let busy = rate_per_s * mean_s;
    if busy <= 0.0 || !busy.is_finite() || busy + 12.0 * busy.sqrt() + 12.0 > MOST_LEVELS as f64 {
        return None;
    }
    let mut below = (-busy).exp();
    let mut upto = below;
    let mut pool = Pool {
        cold_share: 0.0,
        environments: 0.0,
        running: busy,
    };
    for level in 1..MOST_LEVELS {
        // Here `below` is the probability of level-1 busy, `upto` of at most level-1.
        let passage = Passage::new(level, rate_per_s, mean_s)?;
        pool.cold_share += below * passage.survival(idle_s);
        let idle = rate_per_s * below * passage.time_within(idle_s);
        pool.environments += (1.0 - upto).max(0.0) + idle;
        if level as f64 > busy && below < NEGLIGIBLE {
            break;
        }
        below *= busy / level as f64;
        upto += below;
    }
    Some(pool)
}

/// The first passage from `level - 1` busy to `level` busy: a sum of exponentials.
#[derive(Debug)]
struct Passage {
    /// Weight and rate (a second) of each.
    terms: Vec<(f64, f64)>,
}

impl Passage {
    /// None when the eigenvalues did not converge.
    fn new(level: usize, rate_per_s: f64, mean_s: f64) -> Option<Self> {
        // The generator on 0 .. level-1, made symmetric by the square roots of the
        // stationary law: diagonal -(rate + n / mean), beside it sqrt(rate n / mean).
        let death = |n: usize| n as f64 / mean_s;
        let mut diagonal: Vec<f64> = (0..level).map(|n| rate_per_s + death(n)).collect();
        let mut beside: Vec<f64> = (0..level)
            .map(|n| {
                if n == 0 {
                    0.0
                } else {
                    -(rate_per_s * death(n)).sqrt()
                }
            })
            .collect();
        // Square roots of the stationary law relative to the last state.
        let mut roots = vec![1.0; level];
        for n in (1..level).rev() {
            let ratio = (death(n) / rate_per_s).sqrt();
            let above = roots.get(n).copied()?;
            *roots.get_mut(n - 1)? = above * ratio;
        }
        let mut ends = Vectors::identity(level);
        diagonalise(&mut diagonal, &mut beside, &mut ends)?;
        let terms = diagonal
            .iter()
            .enumerate()
            .map(|(mode, decay)| {
                let last = ends.at(level - 1, mode);
                let sum: f64 = roots
                    .iter()
                    .enumerate()
                    .map(|(n, root)| root * ends.at(n, mode))
                    .sum();
                (last * sum, decay.max(0.0))
            })
            .collect();
        Some(Self { terms })
    }

    /// The chance that it takes longer than `t_s` seconds.
    fn survival(&self, t_s: f64) -> f64 {
        let sum: f64 = self
            .terms
            .iter()
            .map(|(weight, decay)| weight * (-decay * t_s).exp())
            .sum();
        sum.clamp(0.0, 1.0)
    }

    /// The mean of the passage or `t_s`, whichever is less, in seconds.
    fn time_within(&self, t_s: f64) -> f64 {
        let one = |(weight, decay): &(f64, f64)| {
            if *decay * t_s < 1e-12 {
                weight * t_s
            } else {
                weight * -(-decay * t_s).exp_m1() / decay
            }
        };
        self.terms.iter().map(one).sum::<f64>().clamp(0.0, t_s)
    }
}

/// A square matrix whose columns become eigenvectors.
#[derive(Debug)]
struct Vectors {
    size: usize,
    cells: Vec<f64>,
}

impl Vectors {
    fn identity(size: usize) -> Self {
        let mut cells = vec![0.0; size * size];
        for cell in cells.iter_mut().step_by(size + 1) {
            *cell = 1.0;
        }
        Self { size, cells }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.cells
            .get(row * self.size + column)
            .copied()
            .unwrap_or(0.0)
    }

    /// Turns two neighbouring columns by a rotation.
    fn rotate(&mut self, column: usize, sine: f64, cosine: f64) {
        for row in self.cells.chunks_exact_mut(self.size) {
            if let Some([left, right]) = row.get_mut(column..column + 2) {
                let (a, b) = (*left, *right);
                *right = sine.mul_add(a, cosine * b);
                *left = cosine.mul_add(a, -sine * b);
            }
        }
    }
}

/// The eigenvalues of a symmetric tridiagonal matrix, in place of its diagonal, and
/// its eigenvectors: implicit QL with shifts (Wilkinson and Reinsch, Linear Algebra,
/// 1971, contribution II/3). `beside` holds the elements left of the diagonal, its
/// first one unused. None when it does not converge.
#[expect(
    clippy::indexing_slicing,
    reason = "every index is below the length of both slices"
)]
fn diagonalise(diagonal: &mut [f64], beside: &mut [f64], vectors: &mut Vectors) -> Option<()> {
    const MOST_SWEEPS: usize = 60;
    let n = diagonal.len();
    beside.rotate_left(1);
    for low in 0..n {
        for sweep in 0.. {
            let mut high = low;
            while high + 1 < n {
                let size = diagonal[high].abs() + diagonal[high + 1].abs();
                if beside[high].abs() <= f64::EPSILON * size {
                    break;
                }
                high += 1;
            }
            if high == low {
                break;
            }
            if sweep == MOST_SWEEPS {
                return None;
            }
            let mut shift = (diagonal[low + 1] - diagonal[low]) / (2.0 * beside[low]);
            let length = shift.hypot(1.0);
            shift = diagonal[high] - diagonal[low] + beside[low] / (shift + length.copysign(shift));
            let (mut sine, mut cosine, mut moved) = (1.0, 1.0, 0.0);
            let mut whole = true;
            for at in (low..high).rev() {
                let left = sine * beside[at];
                let right = cosine * beside[at];
                let length = left.hypot(shift);
                beside[at + 1] = length;
                if length <= 0.0 {
                    diagonal[at + 1] -= moved;
                    beside[high] = 0.0;
                    whole = false;
                    break;
                }
                sine = left / length;
                cosine = shift / length;
                let kept = diagonal[at + 1] - moved;
                let turn = (diagonal[at] - kept).mul_add(sine, 2.0 * cosine * right);
                moved = sine * turn;
                diagonal[at + 1] = kept + moved;
                shift = cosine.mul_add(turn, -right);
                vectors.rotate(at, sine, cosine);
            }
            if whole {
                diagonal[low] -= moved;
                beside[low] = shift;
                beside[high] = 0.0;
            }
        }
    }
    Some(())
}
