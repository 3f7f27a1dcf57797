package accesstrade

import (
	"crypto/md5" //nolint:gosec // the provider prescribes MD5
	"encoding/hex"

	"github.com/khop-dev/khop/mocks"
)

// seal is the documented signature of a postback, which covers its transaction_id
// alone.
func seal() *mocks.Seal {
	return &mocks.Seal{
		Member: "/transaction_id",
		Digest: func(secrets map[string]string, transactionID []byte) string {
			return md5Hex(string(transactionID) + secrets[SecretKey])
		},
		Signer: signer,
	}
}

// signer keeps the hash, and the secret as the bytes that it takes.
func signer(secrets map[string]string) mocks.Signer {
	hash, sum := md5.New(), make([]byte, 0, md5.Size) //nolint:gosec // see above
	secret := []byte(secrets[SecretKey])
	return func(dst, transactionID []byte) []byte {
		hash.Reset()
		hash.Write(transactionID)
		hash.Write(secret)
		return hex.AppendEncode(dst, hash.Sum(sum))
	}
}
