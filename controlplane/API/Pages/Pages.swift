/// The few pages that there are: where one logs in, where one is then, and what permalinks lead to.
enum Pages {
  static func login(message: String?) -> String {
    let warning = message.map { "<p class=\"warning\" role=\"alert\">\(escaped($0))</p>" } ?? ""
    return page(
      title: "Log in",
      body: """
        <h1>Quarterdeck</h1>
        \(warning)
        <form method="post" action="/j_security_check">
        <label>User name
        <input name="j_username" autocomplete="username" required autofocus></label>
        <label>Password
        <input name="j_password" type="password" autocomplete="current-password" required></label>
        <button type="submit">Log in</button>
        </form>
        """)
  }

  static func home(user: String, server: ServerFacts) -> String {
    let api = "/api/\(APIVersion.newest)"
    return page(
      title: "Quarterdeck",
      body: """
        <h1>Quarterdeck</h1>
        <p>You are logged in as <strong>\(escaped(user))</strong> on \(escaped(server.url)),
        version \(escaped(server.version)).</p>
        <ul>
        <li><a href="\(api)/projects">Projects</a></li>
        <li><a href="\(api)/project/*/executions/running">Running executions</a></li>
        <li><a href="\(api)/quarterdeck/agents">Agents</a></li>
        <li><a href="\(api)/system/info">This member</a></li>
        </ul>
        <form method="post" action="/user/logout"><button type="submit">Log out</button></form>
        """)
  }

  static func page(title: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title)</title>
    <style>\(style)</style>
    </head>
    <body><main>
    \(body)
    </main></body>
    </html>

    """
  }

  private static let style = """
    body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f3f5f7;color:#1b2733}
    main{max-width:24rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:8px;
    box-shadow:0 1px 4px rgba(0,0,0,.15)}
    h1{font-size:1.4rem;margin-top:0}label{display:block;margin:1rem 0 0}
    input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;
    border:1px solid #8795a3;border-radius:4px}
    button{font:inherit;margin-top:1.5rem;padding:.5rem 1.2rem;border:0;border-radius:4px;
    background:#155a8a;color:#fff}
    a{color:#155a8a}.warning{background:#fbe9e7;padding:.5rem .8rem;border-radius:4px}
    """

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
