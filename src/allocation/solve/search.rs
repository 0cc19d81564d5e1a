//! Branch and bound where returns grow before they diminish.
//!
//! A node is a set of boxes; its bound is the dual value of the concave envelopes on them, its candidate their best division, which is
//! a division like any other. Where envelope and curve differ most the box is cut at that very money, so that both
//! envelopes touch the curve there. Segments that are alike in everything are kept in falling order, or every permutation of them
//! would have to be refuted.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::piece::Piece;
use super::settle::{Scratch, Settled, sum};
use super::shape::Price;

/// Nodes after which the search gives the best found with the bound proven so far.
const NODES: usize = 200_000;
/// Halvings when a box is narrowed by its price; each end is off by a millionth of the box at most, on the safe side.
const HALVINGS: usize = 20;

/// What a search found.
pub struct Found {
    /// What each segment gets.
    pub money: Vec<f64>,
    /// What that brings.
    pub value: f64,
    /// What no division exceeds.
    pub bound: f64,
    /// The price at the root.
    pub price: Price,
}

/// A narrowed box, and those narrowed before it.
struct Cut {
    place: usize,
    piece: Piece,
    before: Option<Rc<Cut>>,
}

struct Node {
    bound: f64,
    start: f64,
    cuts: Option<Rc<Cut>>,
}

/// The segments with their widest boxes, and the best division so far.
struct Search<'a> {
    pieces: &'a mut [Piece],
    total: f64,
    gap: f64,
    scratch: &'a mut Scratch,
    /// The number of the first segment that is like this one in everything.
    twins: Vec<usize>,
    best: Vec<f64>,
    value: f64,
    heap: BinaryHeap<Node>,
}

/// The best division of `total` over `pieces`, in canonical order, to a relative gap between value and bound.
pub fn search(pieces: &mut [Piece], total: f64, start: f64, gap: f64, scratch: &mut Scratch) -> Found {
    let root = scratch.settle(pieces, total, start);
    let (best, value, heap) = (Vec::new(), f64::NEG_INFINITY, BinaryHeap::new());
    let mut search = Search { pieces, total, gap, scratch, twins: Vec::new(), best, value, heap };
    search.consider();
    let mut bound = root.bound;
    if bound > search.goal() {
        search.twins = twins(search.pieces);
        search.dive(root, true);
        search.dive(root, false);
        let again = search.narrow(root);
        bound = bound.min(search.run(again));
    }
    Found { bound: bound.max(search.value), money: search.best, value: search.value, price: root.price }
}

impl Search<'_> {
    /// The bound below which a node cannot improve enough on what was found.
    fn goal(&self) -> f64 {
        self.value + self.gap * self.value.abs()
    }

    /// Takes the division in the scratch if it is better than the best.
    fn consider(&mut self) {
        let value = sum(self.pieces.iter().zip(&self.scratch.money).map(|(piece, money)| piece.curve.value(*money)));
        if value > self.value {
            self.value = value;
            self.best.clone_from(&self.scratch.money);
        }
    }

    /// The segment whose envelope lies furthest above its curve at the money it has, and how far all of them do.
    fn most_relaxed(&self) -> Option<(usize, f64)> {
        let mut most: Option<(usize, f64)> = None;
        let mut lifts = 0.0;
        for (place, (piece, money)) in self.pieces.iter().zip(&self.scratch.money).enumerate() {
            if piece.is_relaxed() && *money > piece.lo && *money < piece.knee {
                let lift = piece.slope * (money - piece.lo) - piece.curve.gain(piece.lo, money - piece.lo);
                lifts += lift;
                if lift > most.map_or(0.0, |(_, lift)| lift) {
                    most = Some((place, lift));
                }
            }
        }
        most.map(|(place, _)| (place, lifts))
    }

    /// Looks for a good division at once: whatever lies on its bridge goes to the far end, or back, until nothing does.
    fn dive(&mut self, root: Settled, up: bool) {
        let saved = self.pieces.to_vec();
        let mut price = root.price;
        for round in 0..=self.pieces.len() {
            if round > 0 {
                price = self.scratch.settle(self.pieces, self.total, price.ln()).price;
                self.consider();
            } else {
                self.scratch.settle(self.pieces, self.total, price.ln());
            }
            let Some((place, _)) = self.most_relaxed() else { break };
            let Piece { curve, lo, hi, knee, .. } = self.pieces[place];
            let on = Piece::new(curve, curve.inflection().max(lo).min(knee), hi);
            let off = Piece::new(curve, lo, lo);
            let fits = |piece: &Piece| self.fits_with(&[(place, *piece)]);
            let (first, second) = if up { (on, off) } else { (off, on) };
            let choice = if fits(&first) { first } else { second };
            if !fits(&choice) {
                break;
            }
            self.pieces[place] = choice;
        }
        self.pieces.copy_from_slice(&saved);
    }

    /// Narrows every box to the money that could still beat the best: at the root's price, any other costs more than the whole gap.
    /// Then settles the root again.
    fn narrow(&mut self, root: Settled) -> Settled {
        let slack = root.bound - self.value;
        for piece in self.pieces.iter_mut().filter(|piece| piece.is_relaxed()) {
            let (lo, hi) = useful_part(piece, &root.price, slack);
            if lo > piece.lo || hi < piece.hi {
                *piece = Piece::new(piece.curve, lo, hi);
            }
        }
        let again = self.scratch.settle(self.pieces, self.total, root.price.ln());
        self.consider();
        Settled { bound: again.bound.min(root.bound), ..again }
    }

    /// Searches below the root; the bound that is proven at the end.
    fn run(&mut self, root: Settled) -> f64 {
        let mut closed = f64::NEG_INFINITY;
        self.heap.push(Node { bound: root.bound, start: root.price.ln(), cuts: None });
        for _ in 0..NODES {
            let Some(node) = self.heap.pop() else { return closed };
            if node.bound <= self.goal() {
                return closed.max(node.bound);
            }
            let undo = self.apply(node.cuts.as_deref());
            let settled = self.scratch.settle(self.pieces, self.total, node.start);
            let bound = settled.bound.min(node.bound);
            match self.most_relaxed() {
                Some((place, lift)) => {
                    if bound - lift > self.value {
                        self.consider();
                    }
                    if bound > self.goal() {
                        self.branch(place, &settled, bound, &node);
                    } else {
                        closed = closed.max(bound);
                    }
                }
                None => {
                    self.consider();
                    closed = closed.max(bound);
                }
            }
            for (place, piece) in undo.into_iter().rev() {
                self.pieces[place] = piece;
            }
        }
        self.heap.peek().map_or(closed, |node| closed.max(node.bound))
    }

    fn apply(&mut self, cuts: Option<&Cut>) -> Vec<(usize, Piece)> {
        let mut undo: Vec<(usize, Piece)> = Vec::new();
        let mut next = cuts;
        while let Some(cut) = next {
            // The latest cut of a place is the narrowest.
            if undo.iter().all(|(place, _)| *place != cut.place) {
                undo.push((cut.place, self.pieces[cut.place]));
                self.pieces[cut.place] = cut.piece;
            }
            next = cut.before.as_deref();
        }
        undo
    }

    fn branch(&mut self, place: usize, settled: &Settled, bound: f64, node: &Node) {
        let at = self.scratch.money[place];
        for below in [true, false] {
            let cuts = self.cut(place, at, below);
            if !self.fits_with(&cuts) {
                continue;
            }
            let lost: f64 =
                cuts.iter().map(|(p, piece)| self.pieces[*p].surplus(&settled.price) - piece.surplus(&settled.price)).sum();
            let bound = bound.min(settled.bound - lost);
            if bound > self.goal() {
                let cuts = cuts
                    .into_iter()
                    .fold(node.cuts.clone(), |before, (place, piece)| Some(Rc::new(Cut { place, piece, before })));
                self.heap.push(Node { bound, start: settled.price.ln(), cuts });
            }
        }
    }

    /// The boxes that a cut at `at` narrows: that of the segment, and of its twins that come after (or before) it in order.
    fn cut(&self, place: usize, at: f64, below: bool) -> Vec<(usize, Piece)> {
        let narrowed = |piece: &Piece| {
            if below {
                Piece::new(piece.curve, piece.lo, at.min(piece.hi))
            } else {
                Piece::new(piece.curve, at.max(piece.lo), piece.hi)
            }
        };
        let twin = |p: &usize| self.twins[*p] == self.twins[place];
        let twins: Vec<usize> = if below {
            (place + 1..self.pieces.len()).take_while(twin).collect()
        } else {
            (0..place).rev().take_while(twin).collect()
        };
        let affected = |p: &usize| if below { self.pieces[*p].hi > at } else { self.pieces[*p].lo < at };
        std::iter::once(place).chain(twins.into_iter().filter(affected)).map(|p| (p, narrowed(&self.pieces[p]))).collect()
    }

    /// Whether the boxes still hold the total when these replace theirs.
    fn fits_with(&self, cuts: &[(usize, Piece)]) -> bool {
        let (mut floor, mut ceiling) = (0.0, 0.0);
        for piece in self.pieces.iter() {
            floor += piece.lo;
            ceiling += piece.hi;
        }
        for (place, piece) in cuts {
            floor += piece.lo - self.pieces[*place].lo;
            ceiling += piece.hi - self.pieces[*place].hi;
        }
        let rounding = 1e-12 * self.total;
        floor <= self.total + rounding && ceiling >= self.total - rounding
    }
}

fn twins(pieces: &[Piece]) -> Vec<usize> {
    let alike = |a: &Piece, b: &Piece| a.curve == b.curve && a.lo == b.lo && a.hi == b.hi;
    let mut first = 0;
    (0..pieces.len())
        .map(|place| {
            if !alike(&pieces[first], &pieces[place]) {
                first = place;
            }
            first
        })
        .collect()
}

/// The part of a box whose surplus at this price comes within `slack` of the best: one or both of the hump at `lo` and that beyond
/// the inflection.
fn useful_part(piece: &Piece, price: &Price, slack: f64) -> (f64, f64) {
    let surplus = |money: f64| piece.curve.value(money) - price.value * money;
    // The peak beyond the inflection, also where at this price the segment would rather have nothing.
    let peak = piece.curve.inverse_marginal(price.value).max(piece.lo).min(piece.hi);
    let enough = surplus(piece.lo).max(surplus(peak)) - slack;
    let useful = |money: f64| surplus(money) >= enough;
    // The end of the useful money between a useful point and a useless one, on the useless side.
    let edge = |mut inside: f64, mut outside: f64| {
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            *(if useful(middle) { &mut inside } else { &mut outside }) = middle;
        }
        outside
    };
    match (useful(piece.lo), useful(peak)) {
        (true, false) => (piece.lo, edge(piece.lo, peak)),
        (low, _) => {
            (if low { piece.lo } else { edge(peak, piece.lo) }, if useful(piece.hi) { piece.hi } else { edge(peak, piece.hi) })
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.total_cmp(&other.bound)
    }
}
