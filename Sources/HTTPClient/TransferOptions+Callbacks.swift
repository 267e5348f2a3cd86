import CCurl

extension TransferOptions {
  /// Has libcurl call the transfer behind `context`, which must outlive the easy handle.
  func setCallbacks(context: UnsafeMutableRawPointer, errorText: UnsafeMutablePointer<CChar>) {
    _ = qd_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
      _ = qd_set_pointer(easy, option, context)
    }
    _ = qd_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      Transfer.behind(context).receive(UnsafeRawBufferPointer(start: data, count: size * count))
    }
    _ = qd_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      Transfer.behind(context).receiveHeader(
        UnsafeRawBufferPointer(start: data, count: size * count))
    }
    _ = qd_set_data_callback(easy, CURLOPT_READFUNCTION) { data, size, count, context in
      Transfer.behind(context).send(
        into: UnsafeMutableRawBufferPointer(start: data, count: size * count))
    }
    _ = qd_set_seek_callback(easy) { context, offset, origin in
      guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
      let isDone = Transfer.behind(context).exchange.outbox.rewind(to: Int64(offset))
      return isDone ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK
    }
  }
}

extension Transfer {
  /// The transfer that a callback belongs to.
  fileprivate static func behind(_ context: UnsafeMutableRawPointer?) -> Transfer {
    // libcurl hands back what `setCallbacks` gave it, and the loop holds the transfer meanwhile.
    Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
  }
}
