//! The positions of the parts of a picture, in pixels from the top left corner.

/// A point of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f64,
    /// Pixels from the top edge.
    pub y: f64,
}

/// The position and size of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The centre of its shape.
    pub centre: Point,
    /// Half the width of its shape.
    pub half_width: f64,
    /// Half the height of its shape.
    pub half_height: f64,
}

/// The box of a set of plates.
#[derive(Clone, Debug, PartialEq)]
pub struct PlateBox {
    /// The names of its plates.
    pub label: String,
    /// The corner at the top left.
    pub corner: Point,
    /// The corner at the bottom right.
    pub opposite: Point,
    /// The nodes inside it, including those of inner boxes.
    pub nodes: Vec<usize>,
}

/// The path of an edge: a cubic Bézier curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// The start, two control points, and the end.
    pub curve: [Point; 4],
    /// Whether it is a dependence on earlier elements along a plate.
    pub lagged: bool,
}
