using System.Security.Cryptography;
using System.Text;

namespace Ecs.Log;

/// <summary>
/// An event's id follows from its stream and version, which no other event has: deciding the same again gives the same
/// ids, and nothing random is needed.
/// </summary>
internal static class EventIds
{
    /// <summary>A UUID of version 8, from the first 128 bits of SHA-256 over <c>stream#version</c>.</summary>
    public static Guid Of(string stream, long version)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{stream}#{version}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
