"""Features of recordings, computed once and kept.

`recordings` says what is kept and gives it, `shards` are its files; `fill` brings in what is missing, with `extract` for a block of
recordings and `parallel` for who computes it.

The files are plain ``.npy`` with an index. The other formats that many readers share were weighed against that:

- TFRecord has checksums and streams, but knows no item by name: training draws items in another order in each epoch, and another
  split needs other items. Reading it takes TensorFlow, or a reader of our own.
- Parquet and Arrow are tables: a frame matrix becomes a list column with its own offsets, which no NumPy opens; 60 MB of library.
- Zarr holds what we want, (n_rows, width) in chunks, but a chunk is its unit of reading, and a random item of twenty frames is a
  hundredth of one; checksums come with codecs, and its small files are slow on network disks.

Rows of float32 one below the other need none of these: an item is one ``pread`` of its very bytes. They are not compressed: power in
float32 shrinks by a tenth, and the decoder would take longer than the disk.
"""
