import COpenSSL
import Cryptography
import Testing

@Suite struct SelfSignedCertificateTests {
  /// 2026-01-01T00:00:00Z.
  private let now: Int64 = 1_767_225_600

  @Test func `the certificate names its hosts, vouches for itself and belongs to its key`() throws {
    let made = try SelfSignedCertificate.make(
      hosts: ["localhost", "*.example.org", "127.0.0.1", "::1"], validFor: .seconds(86_400),
      now: now)
    let certificate = try #require(
      read(made.certificatePEM) { PEM_read_bio_X509($0, nil, nil, nil) })
    defer { X509_free(certificate) }
    let key = try #require(
      read(made.privateKeyPEM) { PEM_read_bio_PrivateKey($0, nil, nil, nil) })
    defer { EVP_PKEY_free(key) }
    #expect(X509_check_private_key(certificate, key) == 1)
    #expect(X509_verify(certificate, key) == 1)
    #expect(X509_check_host(certificate, "localhost", 9, 0, nil) == 1)
    #expect(X509_check_host(certificate, "a.example.org", 13, 0, nil) == 1)
    #expect(X509_check_host(certificate, "example.com", 11, 0, nil) == 0)
    #expect(X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1)
    #expect(X509_check_ip_asc(certificate, "::1", 0) == 1)
    #expect(X509_check_ip_asc(certificate, "10.0.0.1", 0) == 0)
  }

  @Test func `the certificate is valid from an hour before now until the wanted end`() throws {
    let made = try SelfSignedCertificate.make(
      hosts: ["localhost"], validFor: .seconds(86_400), now: now)
    let certificate = try #require(
      read(made.certificatePEM) { PEM_read_bio_X509($0, nil, nil, nil) })
    defer { X509_free(certificate) }
    #expect(compare(X509_get0_notBefore(certificate), now - 3600) == 0)
    #expect(compare(X509_get0_notAfter(certificate), now + 86_400) == 0)
  }

  @Test(arguments: [[], [""], ["a,DNS:evil"], ["a b"], ["1.2.3.4.5"]])
  func `what is no host makes no certificate`(hosts: [String]) {
    #expect(throws: CryptographyError.self) {
      try SelfSignedCertificate.make(hosts: hosts, validFor: .seconds(60), now: 0)
    }
  }

  private func read(_ pem: String, _ parse: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
    let bytes = Array(pem.utf8)
    let bio = BIO_new_mem_buf(bytes, Int32(bytes.count))
    defer { BIO_free(bio) }
    return parse(bio)
  }

  private func compare(_ time: UnsafePointer<ASN1_TIME>?, _ seconds: Int64) -> Int32 {
    ASN1_TIME_cmp_time_t(time, Int(seconds))
  }
}
