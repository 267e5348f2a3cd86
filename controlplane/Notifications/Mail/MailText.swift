import CCMark

/// A template of a mail's text, in HTML or in Markdown.
enum MailText {
  /// Whether a file of that name is Markdown.
  static func isMarkdown(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".md") || name.hasSuffix(".markdown")
  }

  /// The HTML of a template; what stands for a reference is text in it and never markup.
  static func html(_ template: String, isMarkdown: Bool, _ context: NotificationContext) -> String {
    guard isMarkdown else {
      return context.expand(template) { value, _ in MarkupText.escaped(value) }
    }
    // References go through Markdown as words of letters, which it leaves alone wherever they stand.
    let mark = word(notIn: template)
    var values: [String] = []
    let marked = context.pieces(of: template).map { piece in
      switch piece {
      case .text(let text): return String(text)
      case .reference(let group, let key, _):
        values.append(context.value(group, key) ?? "")
        return "\(mark)\(values.count - 1)Z"
      }
    }.joined()
    return rendered(marked).split(separator: mark, omittingEmptySubsequences: false).enumerated()
      .map { index, part in
        guard index > 0, let end = part.firstIndex(of: "Z"), let place = Int(part[..<end]),
          values.indices.contains(place)
        else { return String(part) }
        return MarkupText.escaped(values[place]) + part[part.index(after: end)...]
      }.joined()
  }

  private static func word(notIn text: String) -> String {
    var word = "QDreference"
    while text.contains(word) { word += "x" }
    return word
  }

  private static func rendered(_ markdown: String) -> String {
    var text = markdown
    let html = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        cmark_markdown_to_html(characters.baseAddress, characters.count, qd_markdown_options)
      }
    }
    guard let html else { return MarkupText.escaped(markdown) }
    defer { free(html) }
    return String(cString: html)
  }
}
