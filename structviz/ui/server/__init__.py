"""The server around the pages: who may connect, whose run is whose, headers, and limits of connections and logs."""
