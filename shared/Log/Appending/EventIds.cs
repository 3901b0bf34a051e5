using System.Security.Cryptography;
using System.Text;

namespace Ecs.Log;

/// <summary>
/// An event's id follows from its stream and version, which no other event has: deciding the same again gives the same
/// ids, and nothing random is needed. In a log that was restored from a backup a stream has versions a second time,
/// with other facts: the ids of what was written since follow from the position, too.
/// </summary>
internal static class EventIds
{
    /// <summary>
    /// A UUID of version 8, from the first 128 bits of SHA-256 over <c>stream#version</c>, or after a restore over
    /// <c>stream#version#position</c>.
    /// </summary>
    public static Guid Of(string stream, long version, long position)
    {
        var text = position < LogRestore.FirstPosition
            ? FormattableString.Invariant($"{stream}#{version}")
            : FormattableString.Invariant($"{stream}#{version}#{position}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
