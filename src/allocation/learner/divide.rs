//! Dividing a total over curves given as tables: exact on a lattice of steps, then polished.

/// The best division of `steps` equal steps: `gain[i][k]` is what ad set `i` brings with `k` steps (its row may be shorter than
/// `steps + 1`, which is its ceiling). Max-plus dynamic programming; a curve may have any form. `None` where it cannot be done.
pub(super) fn lattice<R: AsRef<[f64]>>(gain: &[R], steps: usize) -> Option<Vec<usize>> {
    let mut best = vec![0.0];
    let mut choices: Vec<Vec<u32>> = Vec::with_capacity(gain.len());
    for row in gain {
        let row = row.as_ref();
        let reach = (best.len() - 1 + row.len().saturating_sub(1)).min(steps);
        let mut next = vec![f64::NEG_INFINITY; reach + 1];
        let mut choice = vec![0_u32; reach + 1];
        for (k, value) in row.iter().enumerate().take(reach + 1) {
            let last = (reach - k).min(best.len() - 1);
            for ((had, most), of) in best[..=last].iter().zip(&mut next[k..]).zip(&mut choice[k..]) {
                let with = had + value;
                let better = with > *most;
                *most = if better { with } else { *most };
                *of = if better { k as u32 } else { *of };
            }
        }
        best = next;
        choices.push(choice);
    }
    let mut left = steps;
    if best.len() <= steps {
        return None;
    }
    let mut answer = vec![0; gain.len()];
    for (i, choice) in choices.iter().enumerate().rev() {
        answer[i] = choice[left] as usize;
        left -= answer[i];
    }
    Some(answer)
}

/// Moves ever smaller pieces from where they are missed least to where they bring most, inside the bounds, until none helps.
pub(super) fn polish(amounts: &mut [f64], low: &[f64], high: &[f64], from: f64, value: impl Fn(usize, f64) -> f64) {
    let n = amounts.len();
    let mut piece = from;
    for _ in 0..6 {
        let up = |i: usize, at: f64| if at + piece <= high[i] { value(i, at + piece) - value(i, at) } else { f64::NEG_INFINITY };
        let down = |i: usize, at: f64| if at - piece >= low[i] { value(i, at) - value(i, at - piece) } else { f64::INFINITY };
        let mut ups: Vec<f64> = (0..n).map(|i| up(i, amounts[i])).collect();
        let mut downs: Vec<f64> = (0..n).map(|i| down(i, amounts[i])).collect();
        for _ in 0..4 * n {
            let to = (0..n).max_by(|a, b| ups[*a].total_cmp(&ups[*b]).then(b.cmp(a))).unwrap_or(0);
            let Some(of) = (0..n).filter(|i| *i != to).min_by(|a, b| downs[*a].total_cmp(&downs[*b]).then(a.cmp(b))) else {
                break;
            };
            if ups[to] <= downs[of] + 1e-12 * downs[of].abs() || !downs[of].is_finite() {
                break;
            }
            amounts[to] += piece;
            amounts[of] -= piece;
            for i in [to, of] {
                ups[i] = up(i, amounts[i]);
                downs[i] = down(i, amounts[i]);
            }
        }
        piece *= 0.5;
    }
}

/// The amounts nearest to `wish` that sum to `total` inside the bounds (Euclidean projection, by bisection).
pub(super) fn nearest(wish: &[f64], low: &[f64], high: &[f64], total: f64) -> Vec<f64> {
    let at = |shift: f64| {
        wish.iter().zip(low.iter().zip(high)).map(|(w, (l, h))| (w + shift).clamp(*l, h.max(*l))).collect::<Vec<f64>>()
    };
    let reach = wish.iter().chain(low).chain(high).fold(total.abs(), |most, x| most.max(x.abs())) * 2.0 + 1.0;
    let (mut below, mut above) = (-reach, reach);
    for _ in 0..80 {
        let middle = 0.5 * (below + above);
        if at(middle).iter().sum::<f64>() < total { below = middle } else { above = middle }
    }
    at(above)
}

/// Whole minor units inside whole bounds that sum to exactly `total`: rounded down, then the units left over one each by largest
/// remainder, ties to the earlier. The caller has seen to it that the bounds leave room.
pub(super) fn whole(wish: &[f64], low: &[i64], high: &[i64], total: i64) -> Vec<i64> {
    let mut amounts: Vec<i64> =
        wish.iter().zip(low.iter().zip(high)).map(|(w, (l, h))| ((w + 1e-9).floor() as i64).clamp(*l, (*h).max(*l))).collect();
    let mut left = i128::from(total) - amounts.iter().map(|a| i128::from(*a)).sum::<i128>();
    let mut order: Vec<usize> = (0..wish.len()).collect();
    while left != 0 {
        let sign = if left > 0 { 1 } else { -1 };
        let room = |i: usize, amounts: &[i64]| if sign > 0 { high[i] - amounts[i] } else { amounts[i] - low[i] };
        let open: Vec<usize> = order.iter().copied().filter(|i| room(*i, &amounts) > 0).collect();
        if open.is_empty() {
            break;
        }
        let rest = |i: usize| (wish[i] - amounts[i] as f64) * f64::from(sign);
        order.sort_by(|a, b| rest(*b).total_cmp(&rest(*a)).then(a.cmp(b)));
        let each = (left.unsigned_abs() / open.len() as u128).max(1);
        for i in order.iter().copied().filter(|i| open.contains(i)) {
            let piece = each.min(left.unsigned_abs()).min(room(i, &amounts).unsigned_abs().into());
            let piece = i64::try_from(piece).unwrap_or(i64::MAX) * i64::from(sign);
            amounts[i] += piece;
            left -= i128::from(piece);
            if left == 0 {
                break;
            }
        }
    }
    amounts
}
