//! Prints a template with data, for whoever writes templates:
//! `cargo run -p print --example page -- statement.typ data.json out.pdf`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [template, data, out] = &arguments[..] else {
        return Err("a template, a JSON document and the file to write".into());
    };
    let source = std::fs::read_to_string(template)?;
    let data = serde_json::from_str(&std::fs::read_to_string(data)?)?;
    std::fs::write(out, print::pdf(template, &source, &data, &[])?)?;
    Ok(())
}
