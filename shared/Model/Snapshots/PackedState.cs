using System.Buffers.Binary;
using System.IO.Compression;

namespace Ecs.Model.Snapshots;

/// <summary>
/// What a state wrote of itself, compressed piece by piece, so that all cores unpack it: unpacking is a good part of
/// what a question about the past waits for.
/// </summary>
/// <param name="Digest">The digest of what it wrote.</param>
/// <param name="Size">The bytes of what it wrote.</param>
/// <param name="Content">
/// Those, in pieces of <see cref="PieceSize"/> of which the last may be shorter, and one at least: <see cref="Mark"/>,
/// and for each the length that it has compressed with Brotli, as 4 bytes with the lowest first, and the piece. Without
/// the mark it is one stream of Brotli's, as older versions packed.
/// </param>
public sealed record PackedState(string Digest, long Size, byte[] Content)
{
    /// <summary>The bytes of a piece, before it is compressed.</summary>
    public const int PieceSize = 1024 * 1024;

    /// <summary>What content in pieces begins with; no stream that was packed here does.</summary>
    private static ReadOnlySpan<byte> Mark => "ECS2"u8;

    /// <summary>The quickest; a state is packed every few seconds, and what does not compress are random ids.</summary>
    private const int Quality = 1;

    private const int Window = 22;

    /// <summary>Writes a state down.</summary>
    public static PackedState Of<TState>(TState state)
        where TState : ISnapshot<TState>
    {
        using var packing = new Packing();
        var (digest, size) = StateDigest.Write(state, packing);
        return new PackedState(digest, size, packing.Packed());
    }

    /// <summary>What the state wrote of itself.</summary>
    /// <exception cref="InvalidDataException">It is not what was packed.</exception>
    public byte[] Unpack()
    {
        if (Size is < 0 || Size > Array.MaxLength) throw new InvalidDataException("its size cannot be");

        var content = Content.AsSpan().StartsWith(Mark) ? Pieced() : Streamed();
        return StateDigest.Of(content) == Digest
            ? content
            : throw new InvalidDataException("its content has not the digest that was written");
    }

    private byte[] Pieced()
    {
        var pieces = Pieces();
        var content = new byte[Size];
        var whole = 0;
        Parallel.For(0, pieces.Count, number =>
        {
            var start = number * PieceSize;
            var place = content.AsSpan(start, Math.Min(PieceSize, content.Length - start));
            if (BrotliDecoder.TryDecompress(pieces[number].Span, place, out var length) && length == place.Length)
            {
                Interlocked.Increment(ref whole);
            }
        });
        return whole == pieces.Count ? content : throw new InvalidDataException("it has not the size that was written");
    }

    private byte[] Streamed()
    {
        var content = new byte[Size];
        using var packed = new BrotliStream(new MemoryStream(Content), CompressionMode.Decompress);
        try
        {
            return packed.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length
                && packed.ReadByte() < 0
                    ? content
                    : throw new InvalidDataException("it has not the size that was written");
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"it cannot be unpacked: {e.Message}", e);
        }
    }

    private List<ReadOnlyMemory<byte>> Pieces()
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (ReadOnlyMemory<byte> rest = Content.AsMemory(Mark.Length); !rest.IsEmpty;)
        {
            var length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            if (length < 0 || length > rest.Length - sizeof(int)) throw new InvalidDataException("it is cut off");

            pieces.Add(rest.Slice(sizeof(int), length));
            rest = rest[(sizeof(int) + length)..];
        }

        return pieces.Count == Math.Max(1, (Size + PieceSize - 1) / PieceSize)
            ? pieces
            : throw new InvalidDataException("it has not the size that was written");
    }

    /// <summary>Takes what is written, and keeps it compressed.</summary>
    private sealed class Packing : WriteOnlyStream
    {
        private readonly MemoryStream _packed = new();
        private readonly byte[] _piece = new byte[PieceSize];
        private readonly byte[] _compressed = new byte[sizeof(int) + BrotliEncoder.GetMaxCompressedLength(PieceSize)];
        private int _filled;

        public Packing() => _packed.Write(Mark);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                var taken = Math.Min(buffer.Length, PieceSize - _filled);
                buffer[..taken].CopyTo(_piece.AsSpan(_filled));
                _filled += taken;
                buffer = buffer[taken..];
                if (_filled == PieceSize) Pack();
            }
        }

        /// <summary>All that was written.</summary>
        public byte[] Packed()
        {
            if (_filled > 0 || _packed.Length == Mark.Length) Pack();
            return _packed.ToArray();
        }

        private void Pack()
        {
            var place = _compressed.AsSpan(sizeof(int));
            if (!BrotliEncoder.TryCompress(_piece.AsSpan(0, _filled), place, out var length, Quality, Window))
            {
                throw new InvalidOperationException("a piece takes more than it can take");
            }

            BinaryPrimitives.WriteInt32LittleEndian(_compressed, length);
            _packed.Write(_compressed.AsSpan(0, sizeof(int) + length));
            _filled = 0;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _packed.Dispose();
            base.Dispose(disposing);
        }
    }
}
