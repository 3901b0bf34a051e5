using System.Security.Cryptography;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Contracts;

namespace Ecs.Cli.Proof;

/// <summary>A checkpoint that was kept, as far as it is used.</summary>
/// <param name="Number">The commit that it was taken at.</param>
/// <param name="Hash">That commit's hash.</param>
/// <param name="Trust">Who vouches for it, for a person.</param>
internal sealed record KeptCheckpoint(long Number, string Hash, string Trust);

/// <summary>
/// A checkpoint as a file: the end of a log, and a signature over its canonical JSON where one was asked for.
/// </summary>
internal static class CheckpointFile
{
    private const int MaxBytes = 64 * 1024;
    private const int HashCharacters = 64;

    /// <summary>The file of a checkpoint.</summary>
    public static JsonElement Write(JsonElement end, ECDsa? key) => JsonSerializer.SerializeToElement(key is null
        ? new Dictionary<string, object> { ["checkpoint"] = end }
        : new Dictionary<string, object>
        {
            ["checkpoint"] = end,
            ["signature"] = new Dictionary<string, string>
            {
                ["publicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
                ["value"] = Convert.ToBase64String(key.SignData(CanonicalJson.Bytes(end), HashAlgorithmName.SHA256)),
            },
        });

    /// <summary>Reads a file, and checks its signature where it has one or one must be there.</summary>
    /// <exception cref="UsageException">It is no checkpoint, or not signed as it must be.</exception>
    public static KeptCheckpoint Read(string path, ECDsa? trusted)
    {
        var file = Parse(path);
        try
        {
            var end = file.GetProperty("checkpoint");
            var (number, hash) = (end.GetProperty("number").GetInt64(), end.GetProperty("hash").GetString());
            if (number < 0 || hash is not { Length: HashCharacters } || !hash.All(char.IsAsciiHexDigitLower))
            {
                throw new UsageException($"{path} is no checkpoint: its number or hash is none.");
            }

            return new KeptCheckpoint(number, hash, Trust(path, file, end, trusted));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UsageException($"{path} is no checkpoint as ecs checkpoint writes it: {e.Message}");
        }
    }

    private static string Trust(string path, JsonElement file, JsonElement end, ECDsa? trusted)
    {
        if (!file.TryGetProperty("signature", out var signature))
        {
            return trusted is null
                ? "which nobody signed"
                : throw new UsageException($"{path} is not signed, and --public-key says who must have signed it.");
        }

        var spki = signature.GetProperty("publicKey").GetBytesFromBase64();
        if (trusted is not null && !trusted.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki))
        {
            throw new UsageException($"{path} is signed by another key than that of --public-key.");
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);
        }
        catch (CryptographicException e)
        {
            throw new UsageException($"{path}: its public key cannot be read: {e.Message}");
        }

        var value = signature.GetProperty("value").GetBytesFromBase64();
        if (!key.VerifyData(CanonicalJson.Bytes(end), value, HashAlgorithmName.SHA256))
        {
            throw new UsageException($"{path} was altered: its signature is not that of what stands in it.");
        }

        return trusted is not null
            ? "signed by the key that was given"
            : $"signed by the key {Convert.ToHexStringLower(SHA256.HashData(spki))[..16]}…, whose owner --public-key "
                + "would tell";
    }

    private static JsonElement Parse(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new UsageException($"{path} is too large to be one.");
            return JsonElement.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new UsageException($"{path} is no checkpoint: it is not JSON: {e.Message}");
        }
    }
}

/// <summary>Reads keys from PEM files.</summary>
internal static class CheckpointKeys
{
    /// <summary>A private key, to sign with.</summary>
    /// <exception cref="UsageException">The file holds none.</exception>
    public static ECDsa Private(string path)
    {
        var key = Read(path);
        try
        {
            // Whether there is a private half is only known by using it.
            key.SignHash(new byte[32]);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            throw new UsageException($"{path} holds no private key.");
        }
    }

    /// <summary>A public key, to check with; that of a private one serves too.</summary>
    /// <exception cref="UsageException">The file holds none.</exception>
    public static ECDsa Public(string path) => Read(path);

    private static ECDsa Read(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new UsageException($"{path} cannot be read as an ECDSA key in PEM: {e.Message}");
        }
    }
}
