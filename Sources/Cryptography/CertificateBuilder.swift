import COpenSSL

/// An X.509 certificate in the making and its key; frees both when it goes.
final class CertificateBuilder {
  private let certificate: OpaquePointer
  private let key: OpaquePointer

  /// An empty certificate of version 3 with a random serial number and a fresh P-256 key.
  init() throws(CryptographyError) {
    guard let certificate = X509_new() else { throw .library("certificate") }
    guard let key = qd_generate_p256_key() else {
      X509_free(certificate)
      throw .library("certificate key")
    }
    self.certificate = certificate
    self.key = key
    try check(X509_set_version(certificate, 2))
    try setSerialNumber()
    try check(X509_set_pubkey(certificate, key))
  }

  deinit {
    X509_free(certificate)
    EVP_PKEY_free(key)
  }

  func setValidity(from start: Int64, until end: Int64) throws(CryptographyError) {
    guard ASN1_TIME_set(X509_getm_notBefore(certificate), Int(start)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(certificate), Int(end)) != nil
    else { throw .library("certificate validity") }
  }

  /// Sets subject and issuer to one common name.
  func setName(_ commonName: String) throws(CryptographyError) {
    guard let name = X509_get_subject_name(certificate) else { throw .library("certificate name") }
    let bytes = Array(commonName.utf8)
    try check(
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0))
    try check(X509_set_issuer_name(certificate, name))
  }

  func addExtensions(subjectAlternativeNames names: [String]) throws(CryptographyError) {
    try add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
    try add(NID_key_usage, "critical,digitalSignature,keyCertSign")
    try add(NID_ext_key_usage, "serverAuth")
    try add(NID_subject_key_identifier, "hash")
    try add(NID_subject_alt_name, names.joined(separator: ","))
  }

  func sign() throws(CryptographyError) {
    guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw .library("signing") }
  }

  func certificatePEM() throws(CryptographyError) -> String {
    try Self.text { PEM_write_bio_X509($0, certificate) }
  }

  func privateKeyPEM() throws(CryptographyError) -> String {
    try Self.text { PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
  }

  private func setSerialNumber() throws(CryptographyError) {
    var bytes = SecureRandom.bytes(16)
    bytes[0] = bytes[0] & 0x7F | 0x01
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
      throw .library("certificate serial")
    }
    defer { BN_free(number) }
    guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil else {
      throw .library("certificate serial")
    }
  }

  private func add(_ extension: Int32, _ value: String) throws(CryptographyError) {
    try check(qd_add_extension(certificate, `extension`, value))
  }

  private func check(_ result: Int32) throws(CryptographyError) {
    guard result == 1 else { throw .library("certificate") }
  }

  private static func text(
    _ write: (OpaquePointer) -> Int32
  ) throws(CryptographyError) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { throw .library("PEM") }
    defer { BIO_free(bio) }
    guard write(bio) == 1 else { throw .library("PEM") }
    var start: UnsafeMutablePointer<CChar>?
    let count = qd_bio_contents(bio, &start)
    return String(
      decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
