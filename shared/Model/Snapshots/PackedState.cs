using System.IO.Compression;

namespace Ecs.Model.Snapshots;

/// <summary>What a state wrote of itself, compressed.</summary>
/// <param name="Digest">The digest of what it wrote.</param>
/// <param name="Size">The bytes of what it wrote.</param>
/// <param name="Content">Those, compressed with Brotli.</param>
public sealed record PackedState(string Digest, long Size, byte[] Content)
{
    /// <summary>Writes a state down.</summary>
    public static PackedState Of<TState>(TState state)
        where TState : ISnapshot<TState>
    {
        using var packed = new MemoryStream();
        string digest;
        long size;
        using (var compressing = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            (digest, size) = StateDigest.Write(state, compressing);
        }

        return new PackedState(digest, size, packed.ToArray());
    }

    /// <summary>What the state wrote of itself.</summary>
    /// <exception cref="InvalidDataException">It is not what was packed.</exception>
    public byte[] Unpack()
    {
        if (Size is < 0 || Size > Array.MaxLength) throw new InvalidDataException("its size cannot be");

        var content = new byte[Size];
        using (var packed = new BrotliStream(new MemoryStream(Content), CompressionMode.Decompress))
        {
            if (packed.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length
                || packed.ReadByte() >= 0)
            {
                throw new InvalidDataException("it has not the size that was written");
            }
        }

        return StateDigest.Of(content) == Digest
            ? content
            : throw new InvalidDataException("its content has not the digest that was written");
    }
}
