//! ARCHITECTURE.md → its tables of imports and of rights.

/// What the tables say.
#[derive(Debug)]
pub struct Document {
    /// In the order of the table: a module and what it may import.
    pub modules: Vec<Module>,
    /// What only some modules may use.
    pub rights: Vec<Right>,
}

#[derive(Debug)]
pub struct Module {
    pub name: String,
    pub imports: Vec<String>,
    pub line: usize,
}

#[derive(Debug)]
pub struct Right {
    /// Crates (`petgraph`), paths (`std::fs`), macros (`println!`) or the word `unsafe`.
    pub words: Vec<String>,
    /// The modules that may use them.
    pub modules: Vec<String>,
    pub line: usize,
}

impl Document {
    /// Reads the tables that begin with `| module |` and `| what |`.
    pub fn read(text: &str) -> Self {
        let modules: Vec<(usize, Vec<String>)> = rows(text, "module");
        let mut above: Vec<String> = Vec::new();
        let mut read = Vec::new();
        for (line, cells) in modules {
            let name = ticked(&cells[0]).into_iter().next().unwrap_or_default();
            let imports =
                if cells[1].trim() == "all above" { above.clone() } else { ticked(&cells[1]) };
            above.push(name.clone());
            read.push(Module { name, imports, line });
        }
        let rights = rows(text, "what");
        let rights = rights.into_iter().map(|(line, cells)| Right {
            words: ticked(&cells[0]),
            modules: ticked(&cells[1]),
            line,
        });
        Self { modules: read, rights: rights.collect() }
    }

    pub fn module(&self, name: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.name == name)
    }
}

/// The rows of the table whose first column is called `first`, with their lines.
fn rows(text: &str, first: &str) -> Vec<(usize, Vec<String>)> {
    let heading = format!("| {first} |");
    let table =
        text.lines().enumerate().skip_while(|(_, line)| !line.starts_with(&heading)).skip(2);
    let table = table.take_while(|(_, line)| line.starts_with('|'));
    let cells =
        |line: &str| line.trim_matches('|').split(" | ").map(str::to_owned).collect::<Vec<_>>();
    table
        .map(|(number, line)| (number + 1, cells(line)))
        .filter(|(_, cells)| cells.len() >= 2)
        .collect()
}

/// The words between backticks.
fn ticked(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
