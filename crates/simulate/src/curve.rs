//! How the load is spread over time, without its order.

/// Points of the load-duration curve that sums are taken over.
pub const QUANTILES: usize = 24;

/// The load over the mean at equally likely points of time, rising. The curve is
/// `p * u^(p - 1)` for `u` from 0 to 1, the one power law with mean 1 and maximum
/// `p`, the peak to mean; flat for `p = 1`. Its last point is the peak itself,
/// its mean is kept at 1.
pub fn load_duration_curve(peak_to_mean: f64) -> [f64; QUANTILES] {
    let p = peak_to_mean.max(1.0);
    let n = QUANTILES as f64;
    let mut curve = [0.0; QUANTILES];
    for (place, value) in curve.iter_mut().enumerate() {
        // The exact mean of the curve over each of the n equal parts.
        let (from, to) = (place as f64 / n, (place as f64 + 1.0) / n);
        *value = n * (to.powf(p) - from.powf(p));
    }
    curve
}
