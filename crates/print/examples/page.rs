//! Prints a template with data, for whoever writes templates:
//! `cargo run -p print --example page -- statement.typ data.json out.pdf costs.typ`; the last ones are
//! what the template imports or shows.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [template, data, out, others @ ..] = &arguments[..] else {
        return Err("a template, a JSON document and the file to write".into());
    };
    let source = std::fs::read_to_string(template)?;
    let data = serde_json::from_str(&std::fs::read_to_string(data)?)?;
    let mut files = Vec::with_capacity(others.len());
    for other in others {
        let name = other.rsplit('/').next().unwrap_or(other);
        files.push((name, std::fs::read(other)?));
    }
    std::fs::write(out, print::pdf(template, &source, &data, &files)?)?;
    Ok(())
}
