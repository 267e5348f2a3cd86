import COpenSSL

/// AES-256-GCM over OpenSSL's EVP interface, all inputs given.
enum GaloisCounterMode {
  /// Encrypts `plain`; the text has the same length, the tag 16 bytes.
  static func seal(
    _ plain: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
  ) throws(CryptographyError) -> (text: [UInt8], tag: [UInt8]) {
    let context = try start(key: key, nonce: nonce, encrypts: true)
    defer { EVP_CIPHER_CTX_free(context) }
    let text = try run(context, plain, associated: associated)
    var tag = [UInt8](repeating: 0, count: Envelope.tagLength)
    var length: Int32 = 0
    guard EVP_CipherFinal_ex(context, nil, &length) == 1,
      qd_gcm_get_tag(context, Int32(tag.count), &tag) == 1
    else { throw .library("sealing") }
    return (text, tag)
  }

  /// Decrypts `text`; nil when the tag does not fit key, nonce, text and associated data.
  static func open(
    _ text: [UInt8], tag: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
  ) throws(CryptographyError) -> [UInt8]? {
    let context = try start(key: key, nonce: nonce, encrypts: false)
    defer { EVP_CIPHER_CTX_free(context) }
    let plain = try run(context, text, associated: associated)
    guard qd_gcm_set_tag(context, Int32(tag.count), tag) == 1 else { throw .library("opening") }
    var length: Int32 = 0
    guard EVP_CipherFinal_ex(context, nil, &length) == 1 else {
      ERR_clear_error()
      return nil
    }
    return plain
  }

  private static func start(
    key: [UInt8], nonce: [UInt8], encrypts: Bool
  ) throws(CryptographyError) -> OpaquePointer {
    guard let context = EVP_CIPHER_CTX_new() else { throw .library("cipher") }
    let direction: Int32 = encrypts ? 1 : 0
    guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, nil, nil, direction) == 1,
      qd_gcm_set_nonce_length(context, Int32(nonce.count)) == 1,
      EVP_CipherInit_ex(context, nil, nil, key, nonce, direction) == 1
    else {
      EVP_CIPHER_CTX_free(context)
      throw .library("cipher")
    }
    return context
  }

  private static func run(
    _ context: OpaquePointer, _ input: [UInt8], associated: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    var length: Int32 = 0
    guard
      EVP_CipherUpdate(context, nil, &length, associated, Int32(associated.count)) == 1
    else { throw .library("cipher") }
    guard !input.isEmpty else { return [] }
    var output = [UInt8](repeating: 0, count: input.count)
    guard EVP_CipherUpdate(context, &output, &length, input, Int32(input.count)) == 1 else {
      throw .library("cipher")
    }
    return output
  }
}
