//! Where the parts of a picture stand, in pixels from the top left.

/// A point: to the right, down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A node's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The middle.
    pub centre: Point,
    /// Half its width.
    pub half_width: f64,
    /// Half its height.
    pub half_height: f64,
}

/// The box of a set of plates.
#[derive(Clone, Debug, PartialEq)]
pub struct PlateBox {
    /// The plates' names.
    pub label: String,
    /// The corner at the top left.
    pub corner: Point,
    /// The corner at the bottom right.
    pub opposite: Point,
    /// The nodes in it, those of inner boxes too.
    pub nodes: Vec<usize>,
}

/// An edge's way: a cubic Bézier curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// Start, two control points, end.
    pub curve: [Point; 4],
    /// Whether it goes along a plate.
    pub lagged: bool,
}
